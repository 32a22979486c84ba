import { startEngine, type Declarations, type Engine, type Outcome } from "../engine";
import { people, WITHOUT_REFRESH } from "./people";

const ALICE = { userId: "user-alice", role: "owner" };

function expectRefused({ output, writes }: Outcome): void {
  expect(output).toMatch(/Without "alice@example\.com" \("user-alice"\) there would be no owner/);
  expect(output).toContain("pulumi config set openai:minOwners 0");
  expect(writes).toEqual([]);
}

/** Ways to lose the only owner. Each begins with the roles `before`, where there are any, and an `up`. */
const LOSSES: readonly {
  readonly what: string;
  readonly before?: Declarations;
  readonly roles: Declarations;
  readonly command?: "destroy";
}[] = [
  { what: "update", before: { alice: ALICE }, roles: { alice: { ...ALICE, role: "member" } } },
  { what: "create by user id", roles: { alice: { ...ALICE, role: "reader" } } },
  { what: "create by email", roles: { alice: { email: "Alice@example.com", role: "member" } } },
  { what: "delete", before: { alice: ALICE }, roles: {} },
  { what: "onDelete demote", before: { alice: { ...ALICE, onDelete: "demote" } }, roles: {} },
  { what: "destroy", before: { alice: ALICE }, roles: { alice: ALICE }, command: "destroy" },
  {
    what: "replacement",
    before: { alice: ALICE },
    roles: { alice: { email: "bob@example.com", role: "member" } },
  },
];

test.each(LOSSES)(
  "the only owner stays one: $what",
  async ({ what, before, roles, command = "up" as const }) => {
    const engine = await startEngine({ roles: before ?? {} });
    await engine.up();
    await engine.declare(roles);
    const ofAlice = ({ writes }: Outcome): string[] => writes.filter((write) => write.includes("alice"));
    const refused = await engine.fails(command);
    expectRefused({ ...refused, writes: ofAlice(refused) });
    // A preview is told no deletions.
    if (what === "update") expectRefused(await engine.fails("preview"));
    expect(engine.roleOf("user-alice")).toBe("owner");

    const env = { OPENAI_MIN_OWNERS: "0" };
    const allowed = await engine.tries([command, "--yes", "--skip-preview"], { env });
    expect(allowed.code).toBe(0);
    expect(ofAlice(allowed)).toHaveLength(1);
    expect(engine.roleOf("user-alice")).not.toBe("owner");
  },
);

test("that nobody is an owner can be allowed by the configuration", async () => {
  const engine = await startEngine({ roles: { alice: { ...ALICE, role: "member" } } });
  expectRefused(await engine.fails("up"));
  await engine.pulumi("config", "set", "openai:minOwners", "0");
  expect((await engine.up()).writes).toEqual(["modify_user user-alice member"]);
});

test("the only owner stays one when the resource is created anew", async () => {
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

async function declareOwners(engine: Engine): Promise<void> {
  await engine.declare(all(TEN, { role: "owner" }));
  await engine.up();
}

test.each(["demoted", "removed"])("of ten owners who are %s in one update one stays", async (how) => {
  const engine = await startEngine({ users: people("owner", ...TEN), env: { OPENAI_MAX_REMOVALS: "10" } });
  await declareOwners(engine);
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

describe.each(["1", "16"])("%s at a time", (parallel) => {
  const orders = Object.entries(ORDERS);

  test.each(orders)("one is promoted and the only owner demoted: %s", async (_, program) => {
    const between = Array.from({ length: 30 }, (_, i) => `between${i + 1}`);
    const engine = await startEngine({
      users: [...COUPLE, ...people("member", ...between)],
      program: ROLE + program("owner", "member"),
    });
    await engine.up();
    await engine.program(ROLE + program("member", "owner"));
    const { writes } = await engine.up("--parallel", parallel);
    expect(writes).toContain("modify_user user-bob owner");
    expect(writes.indexOf("modify_user user-bob owner")).toBeLessThan(
      writes.indexOf("modify_user user-alice member"),
    );
    expect([engine.roleOf("user-alice"), engine.roleOf("user-bob")]).toEqual(["member", "owner"]);
    await engine.preview("--expect-no-changes");
  });
});

test("a promotion that the program itself has wait for the demotion of the only owner comes too late", async () => {
  const program = (alice: string, bob: string): string =>
    `${ROLE} role("bob", "${bob}", { dependsOn: role("alice", "${alice}") });`;
  const engine = await startEngine({ users: COUPLE, program: program("owner", "member") });
  await engine.up();
  await engine.program(program("member", "owner"));
  const up = await engine.fails("up");
  expectRefused(up);
  expect(up.output).toContain("Declare another owner (one that does not wait for this resource)");
});

test("who was demoted or removed behind Pulumi's back is no owner to hold back", async () => {
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
