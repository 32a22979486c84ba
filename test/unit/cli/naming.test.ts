import fc from "fast-check";

import { resourceNames } from "../../../provider/src/cli/adopt/naming";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers } from "./people";

function nameOf(user: Partial<OrganizationUser>): string | undefined {
  return resourceNames([{ userId: "user-1", ...user }]).get("user-1");
}

test.each([
  ["an email", { email: "Alice.Smith@example.com", name: "Somebody Else" }, "alice-smith"],
  ["an email with a tag", { email: "alice+ops@example.com" }, "alice-ops"],
  ["an email without ASCII", { email: "李@example.com", name: "Li Lei" }, "li-lei"],
  ["a name alone", { name: "Zoë  O'Hara (Łódź)" }, "zoe-o-hara-odz"],
  ["letters without a plain form", { name: "Straße Smørrebrød" }, "stra-e-sm-rrebr-d"],
  ["neither", {}, "user-1"],
  ["an emoji", { name: "😀" }, "user-1"],
  ["300 characters", { name: "x".repeat(300) }, "x".repeat(60)],
  ["300 hyphens before a letter", { name: `${"-".repeat(300)}x` }, "x"],
  ["code", { name: '"); process.exit(); //' }, "process-exit"],
  ["a template", { name: "${process.env.OPENAI_ADMIN_KEY}" }, "process-env-openai-admin-key"],
  ["a property of every object", { name: "__proto__" }, "proto"],
  ["a path", { email: "../../etc/passwd@example.com" }, "etc-passwd"],
  ["white space", { name: " \t\n" }, "user-1"],
])("%s", (_what, user, name) => {
  expect(nameOf(user)).toBe(name);
});

test("an id without any letter that a name can have still yields a name", () => {
  expect(resourceNames([{ userId: "…" }, { userId: "李" }])).toEqual(
    new Map([
      ["…", "person"],
      ["李", "person-2"],
    ]),
  );
});

test("the Alice who joined first has the plain name, whatever the order", () => {
  const users: OrganizationUser[] = [
    { userId: "user-new", email: "alice@other.example.com", addedAt: 2 },
    { userId: "user-unknown", name: "Alice" },
    { userId: "user-old", email: "alice@example.com", addedAt: 1 },
  ];
  const names = { "user-old": "alice", "user-new": "alice-2", "user-unknown": "alice-3" };
  expect(Object.fromEntries(resourceNames(users))).toEqual(names);
  expect(Object.fromEntries(resourceNames(users.toReversed()))).toEqual(names);
});

test("a numbered name does not collide with a person whose plain name it is", () => {
  const names = resourceNames([
    { userId: "a", email: "alice@example.com", addedAt: 1 },
    { userId: "b", email: "alice@example.org", addedAt: 2 },
    { userId: "c", email: "alice-2@example.com", addedAt: 3 },
  ]);
  expect(Object.fromEntries(names)).toEqual({ a: "alice", b: "alice-3", c: "alice-2" });
});

test("2,000 people with one name are named in no time", () => {
  const users = Array.from({ length: 2000 }, (_, n) => ({ userId: `user-${n}`, name: "Alice", addedAt: n }));
  const names = resourceNames(users);
  expect(names.get("user-1999")).toBe("alice-2000");
});

test("names are always plain, bounded and unique, and the order of the people does not matter", () => {
  fc.assert(
    fc.property(anyUsers, (users) => {
      const names = resourceNames(users);
      expect(names.size).toBe(users.length);
      expect(new Set(names.values()).size).toBe(users.length);
      for (const name of names.values()) {
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(name.length).toBeLessThan(70);
      }
      expect(Object.fromEntries(resourceNames(users.toReversed()))).toEqual(Object.fromEntries(names));
    }),
  );
});
