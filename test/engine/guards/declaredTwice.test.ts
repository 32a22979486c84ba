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

  const program = (property: string, value: string): string => `
    class KnownLater extends pulumi.dynamic.Resource {
      constructor(name, value) {
        super({ create: async ({ value }) => ({ id: name, outs: { later: value } }) }, name, { value, later: undefined });
      }
    }
    const { later } = new KnownLater("later-${property}", "${value}");
    new openai.OrganizationUserRole("one", { userId: "user-bob", role: "owner" });
    new openai.OrganizationUserRole("second", { ${property}: later, role: "member" });
  `;
  for (const [property, value] of [
    ["userId", "user-bob"],
    ["email", "Bob@example.com"],
  ] as const) {
    await engine.program(program(property, value));
    expect((await engine.preview()).output).toContain("2 to create");
    const up = await engine.fails("up");
    expectBothNamed(up, "one", "second");
    expect(up.writes).toEqual([]);
  }
});

test("two resources with one name below different parents are told apart", async () => {
  const engine = await startEngine({
    program: `
      class Team extends pulumi.ComponentResource {
        constructor(name, userId) {
          super("example:" + name, name);
          new openai.OrganizationUserRole("lead", { userId, role: "owner" }, { parent: this });
        }
      }
      new Team("One", "user-bob");
      new Team("Two", new pulumi.Config().get("two") ?? "user-carol");
    `,
  });
  await engine.preview();
  await engine.pulumi("config", "set", "two", "user-bob");
  expectBothNamed(await engine.fails("preview"), "lead", "lead");
});
