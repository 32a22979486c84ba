import fc from "fast-check";

import { resourceNames } from "../../../provider/src/cli/adopt/naming";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers } from "./people";

test.each([
  ["an email", { email: "Alice.Smith+ops@example.com", name: "Somebody Else" }, "alice-smith-ops"],
  ["an email without ASCII", { email: "李@example.com", name: "Li Lei" }, "li-lei"],
  ["a name alone", { name: "Zoë  O'Hara (Łódź)" }, "zoe-o-hara-odz"],
  ["neither", { name: " \t\n" }, "user-1"],
  ["nothing that a name can have", { userId: "李" }, "person"],
  ["300 hyphens before 300 letters", { name: "-".repeat(300) + "x".repeat(300) }, "x".repeat(60)],
  ["what Pulumi YAML keeps for itself", { email: "pulumi@example.com" }, "pulumi-2"],
])("%s", (_what, user, name) => {
  expect([...resourceNames([{ userId: "user-1", ...user }]).values()]).toEqual([name]);
});

test("of several with one name, the one who joined first has it, and a number takes nobody's plain name", () => {
  const users: OrganizationUser[] = [
    { userId: "user-new", email: "alice@other.example.com", addedAt: 2 },
    { userId: "user-unknown", name: "Alice" },
    { userId: "user-old", email: "alice@example.com", addedAt: 1 },
    { userId: "user-2", email: "alice-2@example.com", addedAt: 3 },
  ];
  const names = {
    "user-old": "alice",
    "user-new": "alice-3",
    "user-unknown": "alice-4",
    "user-2": "alice-2",
  };
  expect(Object.fromEntries(resourceNames(users))).toEqual(names);
});

test("names are always plain, bounded and unique, and the order of the people does not matter", () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      const names = resourceNames(users);
      expect(new Set(names.values()).size).toBe(users.length);
      for (const name of names.values()) {
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(name.length).toBeLessThan(70);
      }
      expect(Object.fromEntries(resourceNames(users.toReversed()))).toEqual(Object.fromEntries(names));
    }),
  );
});
