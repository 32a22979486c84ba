import fc from "fast-check";

import { userIdProblem } from "../../../provider/src/users-api/paths";
import { parseUser, type OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyText } from "../../anyText";

/** Texts that would become code, end a literal or a comment, or deceive a reader, were they not quoted. */
export const HOSTILE: readonly string[] = [
  '"); process.exit(); //',
  "`${process.exit()}`",
  "\\",
  '\\"',
  "*/ process.exit(); /*",
  "\nprocess.exit();",
  "\u2028process.exit();\u2029",
  "a: b # c",
  "- *anchor &x !!js/function 'x'",
  "{{ secrets.OPENAI_ADMIN_KEY }}",
  "\u202Egnp.exe",
  "null",
  "😀",
  "é\u0301\u0301",
  "x".repeat(300),
  "",
];

/** What deceives a reader about what stands there. A line may end. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
export const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cf}\u2028\u2029]/u;

const text = fc.oneof(
  fc.constantFrom(...HOSTILE, "alice", "Alice", "alice-2"),
  anyText({ maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
);

const email = fc.tuple(text, fc.constantFrom("example.com", "EXAMPLE.com")).map((parts) => parts.join("@"));

const answer = fc.record({
  id: fc.oneof(
    text,
    fc.nat(50).map((n) => `user-${n}`),
  ),
  email: fc.option(fc.oneof(text, email)),
  name: fc.option(text),
  role: fc.option(fc.oneof(fc.constantFrom("owner", "member", "reader"), text)),
  added_at: fc.nat(5),
});

/**
 * Organizations of everything that people can call themselves, as the client hands them on: no id twice. OpenAI makes the
 * ids, so none of them is taken for an email, or for a function of Pulumi YAML.
 */
export const anyUsers: fc.Arbitrary<OrganizationUser[]> = fc
  .array(answer, { maxLength: 20 })
  .map((answers) => {
    const users = new Map<string, OrganizationUser>();
    for (const one of answers) {
      const parsed = parseUser(one);
      if (parsed.ok && !/@|^fn::/i.test(parsed.value.userId)) users.set(parsed.value.userId, parsed.value);
    }
    return [...users.values()];
  });

/** People who have each hostile text for a name, for what stands before the `@`, for a role and, if it can be one, for an id. */
export function hostileUsers(): OrganizationUser[] {
  return HOSTILE.flatMap((name, n) => [
    { userId: `user-name-${n}`, name, role: "member" },
    { userId: `user-email-${n}`, email: `${name}@example.com`, name, role: "owner" },
    ...(userIdProblem(name) === undefined ? [{ userId: name, role: "member" }] : []),
    { userId: `user-role-${n}`, name, role: name },
  ]);
}
