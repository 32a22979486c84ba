import fc from "fast-check";

import { formatChange, parseChange, type AccessChange } from "../../../provider/src/organization/changeLine";
import { canonicalEntry } from "../../../provider/src/organization/entry";
import {
  ambiguous,
  asShown,
  asUndeclared,
  formatLine,
  formatUndeclared,
  formatUnread,
  isUndeclared,
  isUnread,
  parseAmbiguous,
  parseLine,
  roleOfUndeclared,
} from "../../../provider/src/organization/lines";
import { emailProblem, userIdInputProblem } from "../../../provider/src/organization/inputs";
import { formatThroughGroup, parseThroughGroup } from "../../../provider/src/organization/throughGroupLine";
import { printable } from "../../../provider/src/text";
import { anyText } from "../../anyText";

const text = anyText();
const awkward = fc.constantFrom(
  '"',
  '" ("',
  "\\",
  " to ",
  ": owner (",
  "and",
  "are the same person",
  " (undeclared)",
  ", ",
  " [",
  "not declared as owners: ",
  "Owners through the group ",
);
const words = fc.array(fc.oneof(text, awkward), { maxLength: 5 }).map((parts) => parts.join(""));
const email = words
  .map((local) => `${local.replace(/[\s@\p{Cc}\p{Cf}]/gu, "")}@example.com`)
  .filter((one) => emailProblem(one) === undefined);
const userId = words
  .map((id) => `user-${id.replace(/[^A-Za-z0-9"\\]/gu, "")}`)
  .filter((id) => userIdInputProblem(id) === undefined);

test("a line is read as it was written", () => {
  fc.assert(
    fc.property(fc.constantFrom("plan", "warning", "done"), words, (kind, said) => {
      // What was done is told in words that begin no other line.
      fc.pre(kind !== "done" || parseLine(said).kind === "done");
      expect(parseLine(formatLine({ kind, text: said }))).toEqual({ kind, text: said });
    }),
  );
});

test("a change is read as it was written, whatever people are called", () => {
  const role = fc.option(fc.oneof(fc.constantFrom("owner", "member", "reader"), words), { nil: undefined });
  const name = fc.option(
    words.filter((one) => one !== ""),
    { nil: undefined },
  );
  const who = fc.oneof(
    fc.record({ email, userId, name }),
    fc.record({ email }),
    fc.record({ userId, name }),
    fc.record({ email: fc.constant("[secret]"), userId, name }),
    fc.record({ email: fc.constant("[secret]") }),
  );
  const why = fc.constantFrom("declared", "undeclared owner, named by the roster until now", "declared (x)");
  const project = fc.option(fc.record({ projectId: words, name: words }, { requiredKeys: ["projectId"] }), {
    nil: undefined,
  });
  const change = fc.oneof(
    fc.record({ act: fc.constantFrom("promote", "demote"), project, from: role, to: role, why }),
    fc.record({ act: fc.constantFrom("remove", "stay"), project, from: role, why }),
    fc.record({ act: fc.constant("revoke"), from: role, why }),
    fc.record({ act: fc.constant("add"), project, to: role, why }),
    fc.record({ act: fc.constant("invite"), to: role, why }),
  );
  fc.assert(
    fc.property(change, who, fc.constantFrom("plan", "done"), (what, person, tense) => {
      const written = { ...what, ...person } as AccessChange;
      const line = formatChange(written, tense);
      expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(parseChange(line)).toEqual(printed(written));
    }),
    { numRuns: 300 },
  );
});

/** What a line shows of texts, at any depth. */
function printed(values: object): unknown {
  return Object.fromEntries(
    Object.entries(values as Record<string, string | object | undefined>).flatMap(([key, value]) => {
      if (value === undefined) return [];
      return [[key, typeof value === "string" ? printable(value, 100) : printed(value)]];
    }),
  );
}

test.each([
  "",
  'alice "x"',
  'eat "bob@example.com": owner (declared)',
  'remove "bob@example.com": chief (declared)',
])("a line that tells no change is none: %s", (line) => {
  expect(parseChange(line)).toBeUndefined();
});

test("an ambiguous entry is found in its message, among others", () => {
  const entry = fc.oneof(email, userId);
  const people = [{ userId: "user-1" }, { userId: "user-2" }] as const;
  fc.assert(
    fc.property(email, entry, entry, (shared, one, other) => {
      const sentences = [
        ambiguous.shared(shared, people),
        ambiguous.same(one, other),
        ambiguous.taken(shared, ...people),
      ];
      const found = parseAmbiguous(`members: ${sentences.join(" ")}`);
      expect(found).toEqual([[shared], [one, other], [shared]].map((entries) => entries.map(asShown)));
      expect(sentences.some(isUndeclared)).toBe(false);
    }),
  );
});

test("an entry that a message cuts is the same in any spelling", () => {
  const long = `${"Ä".repeat(120)}@example.com`;
  const [[shown = ""] = []] = parseAmbiguous(ambiguous.shared(long, []));
  expect(canonicalEntry(shown)).toBe(canonicalEntry(asShown(long)));
});

test("what a roster does not declare, and what it could not read, are told by their words", () => {
  for (const what of ["Owners", "Members", "Invitations"] as const)
    for (const where of [undefined, 'project "missing from members: " ("proj_a")'])
      expect(isUndeclared(`members: ${formatUndeclared(what, '"eve@example.com"', where)}`)).toBe(true);
  expect(isUndeclared(ambiguous.same("a", "b"))).toBe(false);
  expect(isUnread(formatUnread("list_invites failed with 500"))).toBe(true);
  expect(isUnread(formatUndeclared("Owners", '"x"'))).toBe(false);
});

test("the role of somebody undeclared is read as it was marked", () => {
  fc.assert(
    fc.property(words, (role) => {
      expect(roleOfUndeclared(asUndeclared(role))).toBe(role);
    }),
  );
  expect(roleOfUndeclared("owner")).toBeUndefined();
});

describe("a line about a group", () => {
  const ADMINS = { name: "Admins", groupId: "group_1" };

  test("names the first fifty of hundreds", () => {
    const people = Array.from({ length: 300 }, (_, n) => ({
      userId: `user-${n}`,
      email: `${n}@example.com`,
    }));
    const line = formatThroughGroup(ADMINS, people);
    expect(line).toMatch(/, and 250 more\.$/);
    expect(parseThroughGroup(line)).toEqual(people.slice(0, 50));
  });

  test("is read exactly, whatever groups and people are called, and whoever cannot log in", () => {
    const name = words.filter((one) => one !== "");
    const someone = fc.record({ userId, email, name }, { requiredKeys: ["userId"] });
    const account = fc.constantFrom({}, { isDisabled: true }, { isServiceAccount: true });
    const people = fc.array(fc.tuple(someone, account), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(words, people, words, (name, people, around) => {
        fc.pre(!around.includes("Owners through"));
        const line = formatThroughGroup(
          { name, groupId: "group_1" },
          people.map(([one, account]) => ({ ...one, ...account })),
        );
        const told = people.map(([one]) => printed(one));
        expect(parseThroughGroup(`${around}${line} Take them out of the group. ${line}`)).toEqual([
          ...told,
          ...told,
        ]);
        expect(parseThroughGroup(around)).toEqual([]);
      }),
    );
  });
});
