import { Declarations } from "../../../provider/src/organization/guards/declarations";

test("a person is declared by id or by email, whatever its case", () => {
  const declarations = new Declarations();
  declarations.declare("bob#0", { userId: "user-bob", role: "owner" });
  declarations.declare("carol#1", { email: "Carol@example.com", role: "member" });
  expect(declarations.has({ userId: "user-bob" })).toBe(true);
  expect(declarations.has({ email: "carol@EXAMPLE.com" })).toBe(true);
  expect(declarations.has({ userId: "user-carol" })).toBe(false);
  expect(declarations.has({ userId: undefined, email: undefined })).toBe(false);

  declarations.identify("carol@example.com", "user-carol");
  expect(declarations.has({ userId: "user-carol" })).toBe(true);
  // Nor does an email make anybody else known by it, whatever the case.
  declarations.declare("carol#1", { email: "CAROL@example.com", role: "member" });
  // An email that nobody declared says nothing.
  declarations.identify("dan@example.com", "user-dan");
  expect(declarations.has({ userId: "user-dan", email: "dan@example.com" })).toBe(false);
});

test.each([
  ["one id", { userId: "user-bob" }, { userId: "user-bob" }],
  ["one email", { email: "bob@example.com" }, { email: "BOB@example.com" }],
])("two resources with %s are refused, and one may say it again", (_, one, two) => {
  const declarations = new Declarations();
  declarations.declare("one#0", one);
  declarations.declare("one#0", one);
  expect(() => {
    declarations.declare("two#1", two);
  }).toThrow(/declare .*: "two" and "one"\. A person has one role: remove one of the two\.$/);
});

test("a resource is told by its name in the program, whatever is in it", () => {
  const declarations = new Declarations();
  declarations.declare("a#1 of #12#10", { userId: "user-bob" });
  expect(() => {
    declarations.declare("two#1", { userId: "user-bob" });
  }).toThrow('declare the user "user-bob": "two" and "a#1 of #12".');
});

test("two people are two, though neither's id is known, or neither's email", () => {
  const declarations = new Declarations();
  declarations.declare("one#0", { email: "bob@example.com" });
  declarations.declare("two#1", { email: "carol@example.com" });
  declarations.declare("three#2", { userId: "user-dan" });
  declarations.declare("four#3", { userId: "user-erin" });
  declarations.identify(undefined, "user-bob");
  expect([...declarations.owners()]).toEqual([]);
  expect(declarations.has({ userId: "user-bob" })).toBe(false);
});

test.each([true, false])("an id and an email turn out to be one person; known before: %s", (before) => {
  const declarations = new Declarations();
  if (before) declarations.identify("bob@example.com", "user-bob");
  expect(() => {
    declarations.declare("one#0", { userId: "user-bob" });
    declarations.declare("two#1", { email: "bob@example.com" });
    declarations.identify("bob@example.com", "user-bob");
  }).toThrow('the person with the email "bob@example.com": "two" and "one".');
});

test("the owners are those whose id is known", () => {
  const declarations = new Declarations();
  declarations.declare("bob#0", { userId: "user-bob", role: "owner" });
  declarations.declare("carol#1", { email: "carol@example.com", role: "owner" });
  declarations.declare("dan#2", { userId: "user-dan", role: "member" });
  expect([...declarations.owners()]).toEqual(["user-bob"]);
  declarations.identify("carol@example.com", "user-carol");
  expect([...declarations.owners()]).toEqual(["user-bob", "user-carol"]);
  // Three declarations, and whose email one of them has; that it is told again is nothing new.
  expect(declarations.count).toBe(4);
  declarations.identify("Carol@EXAMPLE.com", "user-carol");
  expect(declarations.count).toBe(4);
});
