import { Declarations } from "../../../provider/src/organization/guards/declarations";

const one = { resource: "one#0" };
const two = { resource: "two#1" };
const TWICE =
  /^Two resources of this program declare .*: "two" and "one"\. A person has one role: keep one of the two\.$/;

test("a person is declared by id or by email, whatever its case", () => {
  const declarations = new Declarations();
  declarations.declare(one, { userId: "user-bob", role: "owner" });
  declarations.declare(two, { email: "Carol@example.com", role: "member" });
  expect(declarations.has({ userId: "user-bob" })).toBe(true);
  expect(declarations.has({ email: "carol@EXAMPLE.com" })).toBe(true);
  expect(declarations.has({ userId: "user-carol" })).toBe(false);
  expect(declarations.has({ userId: undefined, email: undefined })).toBe(false);

  declarations.identify("carol@example.com", "user-carol");
  expect(declarations.has({ userId: "user-carol" })).toBe(true);
  // Nor does an email make anybody else known by it, whatever the case.
  expect(declarations.declare(two, { email: "CAROL@example.com", role: "member" })).toBeUndefined();
  // An email that nobody declared says nothing.
  declarations.identify("dan@example.com", "user-dan");
  declarations.identify(undefined, "user-dan");
  expect(declarations.has({ userId: "user-dan", email: "dan@example.com" })).toBe(false);
});

test.each([
  ["one id", { userId: "user-bob" }, { userId: "user-bob" }],
  ["one email", { email: "bob@example.com" }, { email: "BOB@example.com" }],
])("two resources with %s are refused, and one resource may declare its person again", (_, first, second) => {
  const declarations = new Declarations();
  expect(declarations.declare(one, first)).toBeUndefined();
  expect(declarations.declare(one, first)).toBeUndefined();
  expect(declarations.declare(two, second)).toMatch(TWICE);
});

test("two people stay two, even if neither's id is known, or neither's email", () => {
  const declarations = new Declarations();
  const people = [{ email: "b@example.com" }, { email: "c@example.com" }, { userId: "d" }, { userId: "e" }];
  for (const [i, person] of people.entries())
    expect(declarations.declare({ resource: `#${i}` }, person)).toBeUndefined();
});

test("an id and an email turn out to be one person", () => {
  const declarations = new Declarations();
  declarations.declare(one, { userId: "user-bob" });
  expect(declarations.declare(two, { email: "bob@example.com" })).toBeUndefined();
  expect(() => {
    declarations.identify("bob@example.com", "user-bob");
  }).toThrow(TWICE);
});

test("whose email it was before it is declared says nothing: it may have passed to somebody else", () => {
  const declarations = new Declarations();
  declarations.identify("bob@example.com", "user-bob");
  declarations.declare(one, { userId: "user-bob" });
  expect(declarations.declare(two, { email: "bob@example.com" })).toBeUndefined();
  declarations.identify("bob@example.com", "user-robert");
  expect(declarations.has({ userId: "user-robert" })).toBe(true);
});

test("a person declared by a resource without a name is declared, and collides with nobody", () => {
  const declarations = new Declarations();
  for (const declarer of [{}, {}, one, {}]) {
    expect(declarations.declare(declarer, { email: "bob@example.com" })).toBeUndefined();
    expect(declarations.declare(declarer, { userId: "user-bob" })).toBeUndefined();
    declarations.identify("bob@example.com", "user-bob");
  }
  expect(declarations.has({ email: "bob@example.com" })).toBe(true);
  expect(declarations.declareRoster({}, { "user-carol": "owner" })).toBeUndefined();
  expect(declarations.declareRoster({}, {})).toBeUndefined();
  expect(declarations.has({ userId: "user-carol" })).toBe(true);
  expect([...declarations.owners()]).toEqual([["user-carol", undefined]]);
});

const NOT_BOTH =
  "declare people of the same organization. It has one roster or resources for single people, not both: put everybody " +
  "into the members of one roster. They take outputs, and maps can be merged.";

test("an organization has one roster or resources for single people, whichever comes first", () => {
  const rosters = new Declarations();
  expect(rosters.declareRoster(one, { "A@example.com": "owner", "user-bob": "member" })).toBeUndefined();
  expect(rosters.declareRoster(one, {})).toBeUndefined();
  expect(rosters.has({ email: "a@example.com" }) && rosters.has({ userId: "user-bob" })).toBe(true);
  expect(rosters.declareRoster(two, {})).toBe(`"one" and "two" ${NOT_BOTH}`);
  expect(rosters.declare(two, { userId: "user-dan" })).toBe(`"two" and "one" ${NOT_BOTH}`);

  const roles = new Declarations();
  roles.declare(one, { userId: "user-bob" });
  expect(roles.declareRoster(two, {})).toBe(`"one" and "two" ${NOT_BOTH}`);
  expect(roles.declare(one, { userId: "user-bob" })).toBe(`"one" and "two" ${NOT_BOTH}`);
});

test("declared owners count once their ids are known", () => {
  const declarations = new Declarations();
  declarations.declare({ resource: "bob#0" }, { userId: "user-bob", role: "owner" });
  declarations.declare({ resource: "carol#1" }, { email: "carol@example.com", role: "owner" });
  declarations.declare({ resource: "dan#2" }, { userId: "user-dan", role: "member" });
  expect([...declarations.owners()]).toEqual([["user-bob", undefined]]);
  declarations.identify("carol@example.com", "user-carol");
  const owners = [
    ["user-bob", undefined],
    ["user-carol", "carol@example.com"],
  ];
  expect([...declarations.owners()]).toEqual(owners);
  // Three declarations, and whose email one of them has; that it is told again is nothing new.
  expect(declarations.count).toBe(4);
  declarations.identify("Carol@EXAMPLE.com", "user-carol");
  expect(declarations.count).toBe(4);
});

test("whoever is declared has a role, by id, by email and once their id is known, and nobody else has", () => {
  const declarations = new Declarations();
  declarations.declareRoster(one, { "user-bob": "owner", "Carol@example.com": "member" });
  const carol = { userId: "user-carol", email: "carol@EXAMPLE.com" };
  const known = (): unknown[] =>
    [{ userId: "user-bob" }, carol, { userId: carol.userId }, { email: "dan@example.com" }].map((person) =>
      declarations.roleOf(person),
    );
  expect(known()).toEqual(["owner", "member", undefined, undefined]);
  declarations.identify("carol@example.com", carol.userId);
  expect(known()).toEqual(["owner", "member", "member", undefined]);
});

test("the number of declared owners is the highest that any resource gives", () => {
  const declarations = new Declarations();
  declarations.declare(one, { userId: "user-bob" });
  expect(declarations.possibleOwners).toBeUndefined();
  for (const owners of [0, 2, 1]) declarations.declare({ ...two, owners }, { userId: "user-carol" });
  expect(declarations.possibleOwners).toBe(2);
});

test("a roster that invites does so for those whom it declares, and for nobody whom the program only reads", () => {
  const declarations = new Declarations();
  declarations.read({ userId: "user-bob", email: "bob@example.com" });
  declarations.declareRoster(one, { "Carol@example.com": "member" }, "invite");
  expect(declarations.invites("carol@EXAMPLE.com")).toBe(true);
  expect(declarations.invites("bob@example.com")).toBe(false);
  // The same roster, which invites no more.
  declarations.declareRoster(one, { "Carol@example.com": "member" }, "warn");
  expect(declarations.invites("carol@example.com")).toBe(false);
});
