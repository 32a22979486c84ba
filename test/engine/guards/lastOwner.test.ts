import { declareAt, DOORS, startAt, yaml, type Program } from "../doors";
import { startEngine, type Declarations, type Outcome } from "../engine";
import { people, WITHOUT_REFRESH } from "./people";

const ALICE = { userId: "user-alice", role: "owner" };

function expectRefused({ output, writes }: Pick<Outcome, "output" | "writes">): void {
  expect(output).toMatch(/Without "alice@example\.com" \("user-alice"\) there would be no owner/);
  expect(output).toContain("pulumi config set openai-organization:minOwners 0");
  expect(writes).toEqual([]);
}

/** Ways to lose the only owner, one after the other on one stack. Some begin with an `up` of the roles `before`. */
const LOSSES: readonly {
  readonly what: string;
  readonly before?: Declarations;
  readonly roles: Declarations;
  readonly command?: "destroy" | "preview";
}[] = [
  { what: "create by user id", roles: { alice: { ...ALICE, role: "reader" } } },
  { what: "create by email", roles: { alice: { email: "Alice@example.com", role: "member" } } },
  { what: "update", before: { alice: ALICE }, roles: { alice: { ...ALICE, role: "member" } } },
  // A preview is told no deletions.
  { what: "update", roles: { alice: { ...ALICE, role: "member" } }, command: "preview" },
  { what: "delete", roles: {} },
  { what: "destroy", roles: { alice: ALICE }, command: "destroy" },
  { what: "onDelete demote", before: { alice: { ...ALICE, onDelete: "demote" } }, roles: {} },
  { what: "replacement", roles: { alice: { email: "bob@example.com", role: "member" } } },
];

test("the only owner stays one, whatever would take the role or the person, until the settings allow it", async () => {
  const engine = await startEngine();
  for (const { what, before, roles, command = "up" as const } of LOSSES) {
    if (before !== undefined) {
      await engine.declare(before);
      await engine.up();
    }
    await engine.declare(roles);
    const { output, writes } = await engine.fails(command);
    expectRefused({
      output: `${what}: ${output}`,
      writes: writes.filter((write) => write.includes("alice")),
    });
    expect([what, engine.roleOf("user-alice")]).toEqual([what, "owner"]);
  }
  const allowed = await engine.tries(["up", "--yes", "--skip-preview"], { env: { OPENAI_MIN_OWNERS: "0" } });
  expect(allowed).toMatchObject({ code: 0, writes: ["modify_user user-alice member"] });
});

test("the configuration can allow an organization without owners", async () => {
  const engine = await startEngine({ roles: { alice: { ...ALICE, role: "member" } } });
  expectRefused(await engine.fails("up"));
  await engine.pulumi("config", "set", "openai-organization:minOwners", "0");
  expect((await engine.up()).writes).toEqual(["modify_user user-alice member"]);
});

test("the only owner stays one when the resource is replaced", async () => {
  const engine = await startEngine({ roles: { alice: ALICE } });
  await engine.sandbox.write("Pulumi.yaml", WITHOUT_REFRESH);
  await engine.up();
  await engine.declare({ alice: { ...ALICE, role: "member" } });
  expectRefused(await engine.fails("up", "--replace", "**::alice"));
});

const TEN = ["o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9"];

function all(names: readonly string[], args: object): Declarations {
  return Object.fromEntries(names.map((name) => [name, { userId: `user-${name}`, ...args }]));
}

test.each(["demoted", "removed"])("one of ten owners who are %s in one update stays", async (how) => {
  const engine = await startEngine({
    users: people("owner", ...TEN),
    roles: all(TEN, { role: "owner" }),
    env: { OPENAI_MAX_REMOVALS: "10" },
    deployed: true,
  });
  await engine.declare(how === "demoted" ? all(TEN, { role: "member" }) : {});
  const up = await engine.fails("up", "--parallel", "16");

  const left = engine.organization.users.all().filter(({ role }) => role === "owner");
  expect(left).toHaveLength(1);
  expect(up.output).toContain(`"${left[0]?.email ?? ""}" ("${left[0]?.id ?? ""}") there would be no owner`);
  expect(up.writes).toHaveLength(9);
});

/** A program of the two people, in an order. */
const ORDERS = {
  "in no order": (alice: string, bob: string) => `role("alice", "${alice}"); role("bob", "${bob}");`,
  "the demotion after the promotion": (alice: string, bob: string) =>
    `role("alice", "${alice}", { dependsOn: role("bob", "${bob}") });`,
  "the demotion first, and many between": (alice: string, bob: string) => `
    role("alice", "${alice}");
    for (let i = 1; i <= 30; i++) role("between" + i, "member");
    role("bob", "${bob}");
  `,
} as const;

const ROLE = `const role = (name, role, opts) =>
  new openai.OrganizationUserRole(name, { userId: "user-" + name, role }, opts);
`;

const COUPLE = [...people("owner", "alice"), ...people("member", "bob")];

/** Each order, and each parallelism where the order leaves a choice. */
test.each([
  ["in no order", "16"],
  ["the demotion after the promotion", "1"],
  ["the demotion first, and many between", "1"],
  ["the demotion first, and many between", "16"],
] as const)("one is promoted and the only owner demoted: %s, %s at a time", async (order, parallel) => {
  const program = ORDERS[order];
  const between = Array.from({ length: 30 }, (_, i) => `between${i + 1}`);
  const engine = await startEngine({
    users: [...COUPLE, ...people("member", ...between)],
    program: ROLE + program("owner", "member"),
    deployed: true,
  });
  await engine.program(ROLE + program("member", "owner"));
  const { writes } = await engine.up("--parallel", parallel);
  expect(writes).toEqual(["modify_user user-bob owner", "modify_user user-alice member"]);
  await engine.preview("--expect-no-changes");
});

test("through the plugin, one at a time, a demotion before the promotion is refused: turn them round, or run two at a time", async () => {
  // Programs in YAML have no such order: their host registers the resources at random.
  const role = `const role = (name, role) =>
    new pulumi.CustomResource("openai-organization:index:OrganizationUserRole", name, { userId: "user-" + name, role });
  `;
  const demotionFirst = (alice: string, bob: string): string =>
    `${role} role("alice", "${alice}"); role("bob", "${bob}");`;
  const promotionFirst = `${role} role("bob", "owner"); role("alice", "member");`;
  const both = ["modify_user user-bob owner", "modify_user user-alice member"];
  for (const [program, parallel] of [
    [promotionFirst, "1"],
    [demotionFirst("member", "owner"), "2"],
  ] as const) {
    const engine = await startEngine({
      users: COUPLE,
      program: demotionFirst("owner", "member"),
      links: yaml.links,
      deployed: true,
    });
    await engine.program(demotionFirst("member", "owner"));
    const refused = await engine.fails("up", "--parallel", "1");
    expectRefused(refused);
    expect(refused.output).toContain("nor stands after it if you run with --parallel 1");

    await engine.program(program);
    expect((await engine.up("--parallel", parallel)).writes).toEqual(both);
    await engine.preview("--expect-no-changes");
  }
});

test("a promotion comes too late if the program has it wait for the demotion of the only owner", async () => {
  const program = (alice: string, bob: string): string =>
    `${ROLE} role("bob", "${bob}", { dependsOn: role("alice", "${alice}") });`;
  const engine = await startEngine({ users: COUPLE, program: program("owner", "member") });
  await engine.up();
  await engine.program(program("member", "owner"));
  const up = await engine.fails("up");
  expectRefused(up);
  expect(up.output).toContain("Declare another owner (one that does not wait for this resource,");
});

test("somebody demoted or removed behind Pulumi's back does not count as an owner", async () => {
  const engine = await startEngine({ users: people("owner", "one", "two", "three") });
  await engine.sandbox.write("Pulumi.yaml", WITHOUT_REFRESH);
  await engine.declare(all(["one", "two"], { role: "owner" }));
  await engine.up();
  engine.organization.users.change("user-one", { role: "member" });
  engine.organization.users.remove("user-two");
  engine.organization.users.remove("user-three");
  await engine.declare({ one: { userId: "user-one", role: "member" } });
  // The preview's look at the organization shows that user-one is a member already.
  expect((await engine.up()).writes).toEqual(["delete_user user-two"]);
});

describe.each(DOORS)("in %s", (_language, door) => {
  test("the preview refuses to demote the only owner, whose resource is new or not, but not if somebody else becomes one", async () => {
    const roles = (alice: string, bob?: string): Program => ({
      roles: {
        alice: { email: "alice@example.com", role: alice },
        ...(bob && { bob: { userId: "user-bob", role: bob } }),
      },
    });
    const engine = await startAt(door, roles("member"));
    expectRefused(await engine.fails("preview"));
    await declareAt(door, engine, roles("member", "owner"));
    expect((await engine.preview("--parallel", "1")).writes).toEqual([]);
    await declareAt(door, engine, roles("owner", "member"));
    await engine.up();
    await declareAt(door, engine, roles("member", "member"));
    expectRefused(await engine.fails("preview"));

    await declareAt(door, engine, roles("member", "owner"));
    for (const parallel of ["1", "16"]) await engine.preview("--parallel", parallel);
    // The guard may promote bob while his own turn comes.
    expect(new Set((await engine.up()).writes)).toEqual(
      new Set(["modify_user user-bob owner", "modify_user user-alice member"]),
    );
  });
});
