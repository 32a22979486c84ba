import { startEngine, type Outcome } from "../engine";

/** One of the two, whichever was looked at last, has an error that names both. */
function expectBothNamed({ output }: Outcome, one: string, two: string): void {
  expect(output).toMatch(
    new RegExp(`Two resources of this program declare .*: ("${one}" and "${two}"|"${two}" and "${one}")\\.`),
  );
}

test("two resources for one person are refused, before the second is written if the person is known only later", async () => {
  const bob = { userId: "user-bob", role: "owner" };
  const engine = await startEngine({ roles: { one: bob, two: { userId: "user-carol", role: "member" } } });
  await engine.up();
  await engine.declare({ one: bob, two: { email: "bob@example.com", role: "member" } });
  // Its preview fails, and is its end.
  const both = await engine.tries(["up", "--yes"]);
  expectBothNamed(both, "one", "two");
  expect(both.writes).toEqual([]);

  await engine.program(`
    class KnownLater extends pulumi.dynamic.Resource {
      constructor(name, value) {
        super({ create: async ({ value }) => ({ id: name, outs: { later: value } }) }, name, { value, later: undefined });
      }
    }
    const { later } = new KnownLater("later", "Bob@example.com");
    new openai.OrganizationUserRole("one", { userId: "user-bob", role: "owner" });
    new openai.OrganizationUserRole("second", { email: later, role: "member" });
  `);
  const later = await engine.fails("up");
  expectBothNamed(later, "one", "second");
  expect(later.writes).toEqual([]);
});

test("resources with one name below different parents are told apart", async () => {
  const engine = await startEngine({
    program: `
      class Team extends pulumi.ComponentResource {
        constructor(name, userId) {
          super("example:" + name, name);
          new openai.OrganizationUserRole("lead", { userId, role: "owner" }, { parent: this });
        }
      }
      for (const [team, lead] of [["One", "user-bob"], ["Two", "user-carol"], ["Three", "user-bob"]])
        new Team(team, lead);
    `,
  });
  const refused = await engine.fails("preview");
  expectBothNamed(refused, "lead", "lead");
  expect(refused.output).not.toMatch(/declare .*user-carol/);
});
