import { Replacements } from "../../../provider/src/organization/guards/replacements";

test("whoever is replaced goes once the one who takes the place has come", () => {
  const replacements = new Replacements();
  replacements.expect("user-old", "user-new");
  replacements.expect("user-other", "user-else");
  expect(replacements.isPending("user-old")).toBe(true);
  expect(replacements.isPending("user-new")).toBe(false);
  replacements.created("user-new");
  expect(replacements.isPending("user-old")).toBe(false);
  expect(replacements.isPending("user-other")).toBe(true);
});

test("as long as nobody knows who that is, the person stays", () => {
  const replacements = new Replacements();
  replacements.expect("user-old", undefined);
  replacements.created("user-new");
  expect(replacements.isPending("user-old")).toBe(true);
});

test("a person who keeps the place after all is not replaced", () => {
  const replacements = new Replacements();
  replacements.expect("user-old", "user-new");
  replacements.forget("user-old");
  expect(replacements.isPending("user-old")).toBe(false);
});
