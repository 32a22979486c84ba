import { startEngine, type Outcome } from "../engine";

/** One of the two, whichever was looked at last, has an error that names both. */
function expectBothNamed({ output }: Outcome, one: string, two: string): void {
  expect(output).toMatch(
    new RegExp(`Two resources of this program declare .*: ("${one}" and "${two}"|"${two}" and "${one}")\\.`),
  );
}

test("two resources for one person are refused, of one name below different parents, too", async () => {
  const engine = await startEngine({
    program: `
      class Team extends pulumi.ComponentResource {
        constructor(name, lead) {
          super("example:" + name, name);
          new openai.OrganizationUserRole("lead", { ...lead, role: "owner" }, { parent: this });
        }
      }
      new Team("One", { userId: "user-bob" });
      new Team("Two", { userId: "user-carol" });
      new Team("Three", { email: "Bob@example.com" });
    `,
  });
  const refused = await engine.fails("preview");
  expectBothNamed(refused, "lead", "lead");
  expect(refused.output).not.toMatch(/declare .*(user-carol|carol@example)/);
});

test("before the second is written if the person is known only later", async () => {
  const engine = await startEngine({
    program: `
      class KnownLater extends pulumi.dynamic.Resource {
        constructor(name, value) {
          super({ create: async ({ value }) => ({ id: name, outs: { later: value } }) }, name, { value, later: undefined });
        }
      }
      const { later } = new KnownLater("later", "Bob@example.com");
      new openai.OrganizationUserRole("one", { userId: "user-bob", role: "owner" });
      new openai.OrganizationUserRole("second", { email: later, role: "member" });
    `,
  });
  engine.organization.users.change("user-bob", { role: "owner" });
  const later = await engine.fails("up");
  expectBothNamed(later, "one", "second");
  expect(later.writes).toEqual([]);
});
