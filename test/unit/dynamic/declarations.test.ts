import { Declarations } from "../../../provider/src/dynamic/declarations";

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
  }).toThrow(/declare .*: "two" and "one"\./);
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
  // Three declarations, and whose email one of them has.
  expect(declarations.count).toBe(4);
});
