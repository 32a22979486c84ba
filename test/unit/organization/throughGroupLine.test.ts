import fc from "fast-check";

import { emailProblem, userIdInputProblem } from "../../../provider/src/organization/inputs";
import { formatThroughGroup, parseThroughGroup } from "../../../provider/src/organization/throughGroupLine";
import { printable } from "../../../provider/src/text";

const ADMINS = { name: "Admins", groupId: "group_1" };

test("a line names the group and its people, with who cannot log in, and is read as it was written", () => {
  const line = formatThroughGroup(ADMINS, [
    { userId: "user-a", email: "a@example.com", name: "Ann" },
    { userId: "user-b", isDisabled: true },
    { userId: "user-c", email: "c@example.com", name: '[x], "y"', isServiceAccount: true },
  ]);
  expect(line).toBe(
    'Owners through the group "Admins" ("group_1"), not declared as owners: "a@example.com" ("user-a", "Ann"), ' +
      '"user-b" [cannot log in], "c@example.com" ("user-c", "[x], \\"y\\"") [service account].',
  );
  const people = [
    { userId: "user-a", email: "a@example.com", name: "Ann" },
    { userId: "user-b" },
    { userId: "user-c", email: "c@example.com", name: '[x], "y"' },
  ];
  expect(parseThroughGroup(`members: ${line} Take them out of the group. ${line}`)).toEqual([
    ...people,
    ...people,
  ]);
});

test("of hundreds, the first fifty are named", () => {
  const people = Array.from({ length: 300 }, (_, n) => ({ userId: `user-${n}`, email: `${n}@example.com` }));
  const line = formatThroughGroup(ADMINS, people);
  expect(line).toMatch(/, and 250 more\.$/);
  expect(parseThroughGroup(line)).toEqual(people.slice(0, 50));
});

test("whatever groups and people are called, exactly they are read", () => {
  const words = fc
    .array(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom('"', "\\", ", ", " [", "not declared as owners: ", "Owners through the group "),
      ),
      { maxLength: 5 },
    )
    .map((parts) => parts.join(""));
  const email = words
    .map((local) => `${local.replace(/[\s@\p{Cc}\p{Cf}]/gu, "")}@example.com`)
    .filter((one) => emailProblem(one) === undefined);
  const userId = words
    .map((id) => `user-${id.replace(/\s/gu, "")}`)
    .filter((id) => userIdInputProblem(id) === undefined);
  const person = fc.record(
    { userId, email, name: words.filter((name) => name !== "") },
    { requiredKeys: ["userId"] },
  );
  fc.assert(
    fc.property(words, fc.array(person, { minLength: 1, maxLength: 4 }), words, (name, people, around) => {
      fc.pre(!around.includes("Owners through"));
      const line = formatThroughGroup({ name, groupId: "group_1" }, people);
      const cut = (text: string): string => printable(text, 100);
      const told = people.map((one) =>
        Object.fromEntries(Object.entries(one).map(([key, text]) => [key, cut(text)])),
      );
      expect(parseThroughGroup(`${around}${line}`)).toEqual(told);
      expect(parseThroughGroup(around)).toEqual([]);
    }),
  );
});
