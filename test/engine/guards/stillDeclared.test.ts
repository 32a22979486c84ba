import { startEngine, type EngineOptions } from "../engine";
import { people } from "./people";

/** What both programs begin with. The type of a resource's parent is in its URN, the parent's name is not. */
const PREAMBLE = `
  const { OrganizationUserRole: Role } = openai;
  class Team extends pulumi.ComponentResource {
    constructor(name) { super("example:" + name, name); }
  }
  const [one, two] = [new Team("One"), new Team("Two")];
  /** Says whom a resource means, and is replaced by another version of itself. */
  function newSource(version) {
    const handlers = {
      create: async ({ version }) => ({ id: "source" + version, outs: { version, userId: "user-sourced" } }),
      diff: async (id, olds, news) => ({
        changes: olds.version !== news.version, replaces: olds.version === news.version ? [] : ["version"],
        deleteBeforeReplace: true,
      }),
    };
    return new pulumi.dynamic.Resource(handlers, "source", { version, userId: undefined });
  }
`;

/** Ways to change a program that keep a person in it, and two people who leave it; all in one program. */
const BEFORE = `${PREAMBLE}
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
  new Role("sourced", { userId: newSource(1).userId, role: "owner" });
  new Role("toDemote", { userId: "user-kept", role: "owner", onDelete: "demote" });
  new Role("retained", { userId: "user-retained", role: "owner" });
`;

const AFTER = `${PREAMBLE}
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
  new Role("sourcedNow", { userId: newSource(1).userId, role: "owner" });
  new Role("toDemoteNow", { userId: "user-kept", role: "owner", onDelete: "demote" });
  new Role("retained", { userId: "user-retained", role: "owner", onDelete: "retain" });
`;

/** Who is declared before and after, by another resource each time. */
const STAY = [
  ...[
    "renamed",
    "byemail",
    "byid",
    "moved",
    "second",
    "third",
    "left",
    "right",
    "lowered",
    "sourced",
    "kept",
  ],
] as const;

const DEPLOYED: EngineOptions = {
  users: [...people("owner", "boss"), ...people("member", ...STAY, "first", "gone", "retained")],
  program: BEFORE,
  deployed: true,
};

test("a person stays if another resource declares them now, one operation at a time, and destroy --run-program destroys what the program declares", async () => {
  const engine = await startEngine(DEPLOYED);
  await engine.program(AFTER);
  const up = await engine.up("--parallel", "1");
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
  const state = Object.entries(await engine.state()).map(([name, { id }]) => [name, id.replace("user-", "")]);
  expect(Object.fromEntries(state)).toEqual({
    ...{ newName: "renamed", nowByEmail: "byemail", nowById: "byid", moved: "moved", lowerNow: "lowered" },
    ...{ "person-0": "second", "person-1": "third", swap1: "right", swap2: "left" },
    ...{ sourcedNow: "sourced", toDemoteNow: "kept", retained: "retained" },
  });

  const destroy = await engine.tries(["destroy", "--yes", "--skip-preview", "--run-program"], {
    env: { OPENAI_MAX_REMOVALS: "11" },
  });
  const removed = STAY.filter((name) => name !== "kept").map((name) => `delete_user user-${name}`);
  expect(destroy.writes.toSorted()).toEqual([...removed, "modify_user user-kept member"].toSorted());
  expect(engine.roleOf("user-retained")).toBe("owner");
  expect(await engine.state()).toEqual({});
});

test("a renamed resource that is wrong, cannot be created or is a target removes nobody", async () => {
  const engine = await startEngine(DEPLOYED);
  const rename = (args: object, more = ""): Promise<void> =>
    engine.program(
      BEFORE.replace(/new Role\("oldName", .*/, `new Role("newName", ${JSON.stringify(args)});${more}`),
    );
  await rename({ userId: "user-renamed", role: "ownr" });
  expect((await engine.fails("up", "--continue-on-error")).writes).toEqual([]);

  await rename({ email: "renamed@example.com", role: "member" });
  const fault = { kind: "status", status: 400 } as const;
  const refused = engine.organization.inject({ operation: "modify_user", times: Infinity, fault });
  const up = await engine.fails("up", "--continue-on-error");
  expect(up.writes.filter((write) => write.startsWith("delete_user"))).toEqual([]);
  refused.remove();

  const boss = `new Role("boss", { userId: "user-boss", role: "member" });`;
  await rename({ userId: "user-renamed", role: "owner" }, boss);
  // Of an update with targets the engine checks nothing but these, so a target that names the old resource alone
  // would be a removal.
  expect((await engine.up("--target", "**::oldName", "--target", "**::newName")).writes).toEqual([]);
  expect((await engine.state()).oldName).toBeUndefined();
});

test("nobody is removed before the program has declared everybody", async () => {
  const engine = await startEngine(DEPLOYED);
  const opts = "{ deleteBeforeReplace: true }";
  const swapped = `
    const swap1 = new Role("swap1", { email: "right@example.com", role: "owner" }, ${opts});
    new Role("swap2", { userId: "user-left", role: "owner" }, { ...${opts}, dependsOn: swap1 });
  `;
  const withSwapped = (program: string): string => program.replace(/new Role\("swap1".*\n.*/, swapped);
  // The person whom a resource names is another one, or comes from a resource that is replaced.
  for (const [next, left] of [
    [withSwapped(BEFORE), "left"],
    [BEFORE.replace("newSource(1)", "newSource(2)"), "sourced"],
  ] as const) {
    await engine.program(next);
    const up = await engine.fails("up");
    expect(up.output).toContain(`("user-${left}") was left alone: `);
    expect(up.output).toContain(
      "Remove the deleteBeforeReplace option, here or on the resource that names this person",
    );
    expect(up.writes).toEqual([]);
  }

  await engine.program(withSwapped(BEFORE).replaceAll(opts, "{}"));
  // Both are owners, as the program has it: nothing is to be sent.
  expect((await engine.up()).writes).toEqual([]);
  const { swap1, swap2 } = await engine.state();
  expect([swap1?.id, swap2?.id]).toEqual(["user-right", "user-left"]);
});
