import { Replacements } from "../../../provider/src/organization/guards/replacements";

test("a replaced person goes once the replacement has come", () => {
  const replacements = new Replacements();
  replacements.expect("user-old", "user-new");
  replacements.expect("user-other", "user-else");
  expect(replacements.isPending("user-old")).toBe(true);
  expect(replacements.isPending("user-new")).toBe(false);
  replacements.created("user-new");
  expect(replacements.isPending("user-old")).toBe(false);
  expect(replacements.isPending("user-other")).toBe(true);
});

test("the person stays as long as the replacement is unknown", () => {
  const replacements = new Replacements();
  replacements.expect("user-old", undefined);
  replacements.created("user-new");
  expect(replacements.isPending("user-old")).toBe(true);
});

test("a person who keeps the place after all is not removed", () => {
  const replacements = new Replacements();
  replacements.expect("user-old", "user-new");
  replacements.forget("user-old");
  expect(replacements.isPending("user-old")).toBe(false);
});
