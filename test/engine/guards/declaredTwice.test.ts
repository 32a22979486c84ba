import { startEngine, type Declarations, type Outcome } from "../engine";

const BOB = { userId: "user-bob", role: "owner" };
const BOB_BY_EMAIL = { email: "bob@example.com", role: "owner" };
const CAROL = { userId: "user-carol", role: "member" };

/** One of the two, whichever was looked at last, has an error that names both. */
function expectBothNamed({ output }: Outcome, one: string, two: string): void {
  expect(output).toMatch(
    new RegExp(`Two resources of this program declare .*: ("${one}" and "${two}"|"${two}" and "${one}")\\.`),
  );
}

const TWICE: readonly { what: string; before?: Declarations; roles: Declarations }[] = [
  { what: "one user id, both new", roles: { one: BOB, two: { ...BOB, role: "member" } } },
  { what: "a user id and an email, both new", roles: { one: BOB, two: BOB_BY_EMAIL } },
  {
    what: "a user id, and an email of somebody who was there",
    before: { two: BOB_BY_EMAIL },
    roles: { one: BOB, two: BOB_BY_EMAIL },
  },
  {
    what: "a user id and an email, both of resources that were there",
    before: { one: BOB, two: CAROL },
    roles: { one: BOB, two: { email: "bob@example.com", role: "member" } },
  },
];

test.each(TWICE)("a person declared twice is refused in preview: $what", async ({ before, roles }) => {
  const engine = await startEngine(before === undefined ? {} : { roles: before });
  if (before !== undefined) await engine.up();
  await engine.declare(roles);

  // Its preview fails, and is its end.
  const up = await engine.tries(["up", "--yes"]);
  expectBothNamed(up, "one", "two");
  expect(up.writes).toEqual([]);
});

test("without a preview the second of two resources for one person is not written", async () => {
  const engine = await startEngine({
    roles: { one: BOB, two: { email: "bob@example.com", role: "member" } },
  });
  const up = await engine.fails("up");
  expectBothNamed(up, "one", "two");
  expect(up.writes.length).toBeLessThanOrEqual(1);
});

const KNOWN_LATER = `
  class KnownLater extends pulumi.dynamic.Resource {
    constructor(name, value) {
      super({ create: async ({ value }) => ({ id: name, outs: { later: value } }) }, name, { value, later: undefined });
    }
  }
`;

test.each(["userId", "email"])(
  "a second resource for one person is refused before it is written, if the %s is known only later",
  async (property) => {
    const value = property === "userId" ? "user-bob" : "Bob@example.com";
    const engine = await startEngine({
      program: `
        ${KNOWN_LATER}
        const { later } = new KnownLater("later", ${JSON.stringify(value)});
        new openai.OrganizationUserRole("first", { userId: "user-bob", role: "owner" });
        new openai.OrganizationUserRole("second", { ${property}: later, role: "member" });
      `,
    });
    expect((await engine.preview()).output).toContain("4 to create");

    const up = await engine.fails("up");
    expectBothNamed(up, "first", "second");
    expect(up.writes).toEqual(["modify_user user-bob owner"]);
    expect(engine.roleOf("user-bob")).toBe("owner");
  },
);

test("two resources for one person are refused before the second is written, if the person is known only later", async () => {
  const engine = await startEngine({
    program: `
      ${KNOWN_LATER}
      const one = new KnownLater("a", "user-bob"), two = new KnownLater("b", "bob@example.com");
      new openai.OrganizationUserRole("first", { userId: one.later, role: "owner" });
      new openai.OrganizationUserRole("second", { email: two.later, role: "member" });
    `,
  });
  await engine.preview();
  const up = await engine.fails("up");
  expectBothNamed(up, "first", "second");
  expect(up.writes.length).toBeLessThanOrEqual(1);
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
  expect((await engine.up()).writes.toSorted()).toEqual([
    "modify_user user-bob owner",
    "modify_user user-carol owner",
  ]);
  await engine.pulumi("config", "set", "two", "user-bob");
  const preview = await engine.fails("preview");
  expectBothNamed(preview, "lead", "lead");
});
