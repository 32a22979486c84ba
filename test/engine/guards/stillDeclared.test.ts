import { startEngine } from "../engine";
import { people } from "./people";

/** Ways to change a program that keep a person in it, and one person who leaves it; all in one program. */
const BEFORE = `
  const { OrganizationUserRole: Role } = openai;
  class Team extends pulumi.ComponentResource {
    constructor(name) { super("example:" + name, name); }
  }
  // The type of its parent is in a resource's URN, its name is not.
  const [one, two] = [new Team("One"), new Team("Two")];
  new Role("oldName", { userId: "user-renamed", role: "owner" });
  new Role("byId", { userId: "user-byemail", role: "owner" });
  new Role("byEmail", { email: "byid@example.com", role: "owner" });
  new Role("moved", { userId: "user-moved", role: "owner" }, { parent: one });
  ["first", "second", "third"].forEach((name, i) => {
    new Role("person-" + i, { userId: "user-" + name, role: "owner" });
  });
  new Role("swap1", { userId: "user-left", role: "owner" });
  new Role("swap2", { email: "right@example.com", role: "owner" });
  new Role("gone", { userId: "user-gone", role: "owner" });
  new Role("lower", { userId: "user-lowered", role: "owner" });
  new Role("toDemote", { userId: "user-kept", role: "owner", onDelete: "demote" });
`;

const AFTER = `
  const { OrganizationUserRole: Role } = openai;
  class Team extends pulumi.ComponentResource {
    constructor(name) { super("example:" + name, name); }
  }
  // The type of its parent is in a resource's URN, its name is not.
  const [one, two] = [new Team("One"), new Team("Two")];
  new Role("newName", { userId: "user-renamed", role: "owner" });
  new Role("nowByEmail", { email: "ByEmail@example.com", role: "owner" });
  new Role("nowById", { userId: "user-byid", role: "owner" });
  new Role("moved", { userId: "user-moved", role: "owner" }, { parent: two });
  ["second", "third"].forEach((name, i) => {
    new Role("person-" + i, { userId: "user-" + name, role: "owner" });
  });
  new Role("swap1", { email: "right@example.com", role: "owner" });
  new Role("swap2", { userId: "user-left", role: "owner" });
  new Role("lowerNow", { email: "lowered@example.com", role: "member" });
  new Role("toDemoteNow", { userId: "user-kept", role: "owner", onDelete: "demote" });
`;

/** Who is declared before and after, by another resource each time. */
const STAY = [
  ...["renamed", "byemail", "byid", "moved", "second", "third", "left", "right", "lowered", "kept"],
] as const;

function organization(): ReturnType<typeof people> {
  return [...people("owner", "boss"), ...people("member", ...STAY, "first", "gone")];
}

test("a person stays if another resource declares them now, without a refresh, one operation at a time", async () => {
  const engine = await startEngine({ users: organization(), program: BEFORE });
  await engine.up();
  await engine.program(AFTER);
  const up = await engine.up("--refresh=false", "--parallel", "1");
  expect(up.writes.filter((write) => write.startsWith("delete_user")).toSorted()).toEqual([
    "delete_user user-first",
    "delete_user user-gone",
  ]);
  // Creating takes a person over, which sets the role; a demotion other than the declared one would be in here.
  expect(up.writes.filter((write) => write.endsWith("member"))).toEqual(["modify_user user-lowered member"]);
  for (const name of STAY) {
    expect(up.output).toContain(
      `"${name}@example.com" ("user-${name}") stays in the organization: the program still declares`,
    );
    expect(engine.roleOf(`user-${name}`)).toBe(name === "lowered" ? "member" : "owner");
  }
  for (const name of ["first", "gone"]) {
    expect(up.output).toContain(`removed "${name}@example.com" ("user-${name}", "${name}"): `);
  }
  const state = await engine.state();
  expect(Object.keys(state).toSorted()).toEqual(
    [
      ...["lowerNow", "moved", "newName", "nowByEmail", "nowById"],
      ...["person-0", "person-1", "swap1", "swap2", "toDemoteNow"],
    ].toSorted(),
  );
  expect(
    Object.values(state)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual(STAY.map((name) => `user-${name}`).toSorted());
});

const ROLES = {
  bob: { userId: "user-bob", role: "owner" },
  carol: { email: "carol@example.com", role: "owner", onDelete: "demote" },
  dan: { userId: "user-dan", role: "owner", onDelete: "retain" },
};

test("destroy --run-program destroys what the program declares", async () => {
  const engine = await startEngine({ roles: ROLES });
  await engine.up();
  const destroy = await engine.destroy("--refresh=false", "--run-program");
  expect(destroy.writes.toSorted()).toEqual(["delete_user user-bob", "modify_user user-carol member"]);
  expect(engine.roleOf("user-dan")).toBe("owner");
  expect(await engine.state()).toEqual({});
});

test("a renamed resource that is wrong, cannot be created or is a target removes nobody", async () => {
  const bob = { userId: "user-bob", role: "owner" };
  const engine = await startEngine({ roles: { bob } });
  await engine.up();
  await engine.declare({ robert: { ...bob, role: "ownr" } });
  expect((await engine.fails("up", "--continue-on-error")).writes).toEqual([]);

  await engine.declare({ robert: { email: "bob@example.com", role: "member" } });
  const fault = { kind: "status", status: 400 } as const;
  const refused = engine.organization.inject({ operation: "modify_user", times: Infinity, fault });
  const up = await engine.fails("up", "--continue-on-error");
  expect(up.writes.filter((write) => write.startsWith("delete_user"))).toEqual([]);
  refused.remove();

  await engine.declare({ robert: bob, carol: { userId: "user-carol", role: "owner" } });
  // Of an update with targets the engine checks nothing but these, so a target that names the old resource alone
  // would be a removal.
  expect((await engine.up("--target", "**::bob", "--target", "**::robert")).writes).toEqual([]);
  expect(Object.keys(await engine.state())).toEqual(["robert"]);
});

test("nobody is removed before the program has declared everybody", async () => {
  const program = (one: string, two: string, version: number): string => `
    const opts = { deleteBeforeReplace: true };
    class Source extends pulumi.dynamic.Resource {
      constructor(name, version, opts) {
        const handlers = {
          create: async ({ version }) => ({ id: name + version, outs: { version, userId: "user-dan" } }),
          diff: async (id, olds, news) => ({
            changes: olds.version !== news.version, replaces: olds.version === news.version ? [] : ["version"],
            deleteBeforeReplace: true,
          }),
        };
        super(handlers, name, { version, userId: undefined }, opts);
      }
    }
    const one = new openai.OrganizationUserRole("one", { userId: "user-${one}", role: "owner" }, opts);
    new openai.OrganizationUserRole("two", { userId: "user-${two}", role: "owner" }, { ...opts, dependsOn: one });
    const { userId } = new Source("source", ${version});
    new openai.OrganizationUserRole("dan", { userId, role: "owner" });
  `;
  const engine = await startEngine({ program: program("bob", "carol", 1) });
  await engine.up();
  // The person whom a resource names is another one, or comes from a resource that is replaced.
  for (const [next, left] of [
    [program("carol", "bob", 1), "bob"],
    [program("bob", "carol", 2), "dan"],
  ] as const) {
    await engine.program(next);
    const up = await engine.fails("up");
    expect(up.output).toContain(`("user-${left}") was left alone: `);
    expect(up.output).toContain(
      "Remove the deleteBeforeReplace option, here or on the resource that names this person",
    );
    expect(up.writes).toEqual([]);
  }

  await engine.program(program("carol", "bob", 1).replace("{ deleteBeforeReplace: true }", "{}"));
  // Both are owners, as the program has it: nothing is to be sent.
  expect((await engine.up()).writes).toEqual([]);
  const { one, two } = await engine.state();
  expect([one?.id, two?.id]).toEqual(["user-carol", "user-bob"]);
});
