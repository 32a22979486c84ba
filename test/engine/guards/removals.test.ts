import { DOORS, startAt } from "../doors";
import { startEngine, type Declarations, type Engine } from "../engine";
import { people } from "./people";

const EIGHT = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"];

function roles(names: readonly string[]): Declarations {
  return Object.fromEntries(names.map((name) => [name, { email: `${name}@example.com`, role: "member" }]));
}

function declareEight(): Promise<Engine> {
  const users = [...people("owner", "boss"), ...people("member", ...EIGHT)];
  return startEngine({ users, roles: roles(EIGHT), deployed: true });
}

function left(engine: Engine): string[] {
  return engine.organization.users.all().map(({ email }) => email?.replace("@example.com", "") ?? "");
}

test.each([[[]], [["--continue-on-error"]]])(
  "none of five removals at once in one update %j is sent, however often it is tried",
  async (args) => {
    const engine = await declareEight();
    await engine.declare(roles(EIGHT.slice(5)));
    for (let tries = 0; tries < 2; tries++) {
      const up = await engine.fails("up", ...args);
      expect(up.writes).toEqual([]);
      expect(up.output).toContain("Nobody was removed or demoted.");
      for (const name of EIGHT.slice(0, 5))
        expect(up.output).toContain(`"${name}@example.com" ("user-${name}")`);
    }
    await engine.pulumi("config", "set", "openai-organization:maxRemovals", "5");
    const next = await engine.up();
    expect(next.writes).toHaveLength(5);
    for (const name of EIGHT.slice(0, 5)) expect(next.output).toContain(`removed "${name}@example.com"`);
    expect(left(engine)).toEqual(["boss", ...EIGHT.slice(5)]);
  },
);

test("removals one at a time stop at the cap, and the refusal says who is gone and that more would go", async () => {
  const engine = await declareEight();
  await engine.declare(roles(EIGHT.slice(5)));
  const up = await engine.fails("up", "--parallel", "1");
  expect(up.writes).toHaveLength(3);
  const removed = EIGHT.filter((name) => !left(engine).includes(name));
  const [, gone = ""] =
    /Removed or demoted before that: (.*?)\. Running this again goes on with it/.exec(up.output) ?? [];
  expect([...gone.matchAll(/"(\w+)@example\.com"/g)].map(([, name]) => name).toSorted()).toEqual(removed);
});

test("more removals are allowed by the configuration, and by the environment", async () => {
  const engine = await declareEight();
  await engine.pulumi("config", "set", "openai-organization:maxRemovals", "4");
  await engine.declare(roles(EIGHT.slice(4)));
  expect((await engine.up()).writes).toHaveLength(4);

  const env = { OPENAI_MAX_REMOVALS: "2" };
  await engine.declare(roles(EIGHT.slice(7)));
  const refused = await engine.tries(["up", "--yes", "--skip-preview"], { env });
  expect(refused.code).not.toBe(0);
  expect(refused.writes).toEqual([]);
  const allowed = await engine.tries(["destroy", "--yes", "--skip-preview"], {
    env: { OPENAI_MAX_REMOVALS: "10" },
  });
  expect(allowed.code).toBe(0);
  expect(left(engine)).toEqual(["boss"]);
});

test.each(DOORS)("destroying is bounded, and the refusal is about everybody: %s", async (_language, door) => {
  // More than the engine asks for at once.
  const many = Array.from({ length: 20 }, (_, n) => `p${n}`);
  const users = [...people("owner", "boss"), ...people("member", ...many)];
  const engine = await startAt(door, { roles: roles(many) }, { users });
  await engine.up();
  const destroy = await engine.fails("destroy", "--parallel", "4", "--refresh");
  expect(destroy.writes).toEqual([]);
  expect(destroy.output).toContain("Too many people would be removed or demoted, 20 in all: ");
  for (const name of many) expect(destroy.output).toContain(`"${name}@example.com" ("user-${name}")`);
  expect(destroy.output).toContain("OPENAI_MAX_REMOVALS=20");
});

test("a preview of a removal shows the person and what will happen, and protect forbids it", async () => {
  const program = (protect: boolean): string => `
    const opts = { protect: ${JSON.stringify(protect)} };
    new openai.OrganizationUserRole("byEmail", { email: "bob@example.com", role: "member" }, opts);
    new openai.OrganizationUserRole("byId", { userId: "user-carol", role: "member" }, opts);
  `;
  const engine = await startEngine({ program: program(true) });
  await engine.up();
  await engine.declare({});
  for (const command of ["preview", "up", "destroy"] as const) {
    const refused = await engine.fails(command);
    expect(refused.output).toMatch(/protect/);
    expect(refused.writes).toEqual([]);
  }

  await engine.program(program(false));
  await engine.up();
  await engine.declare({});
  const preview = await engine.preview("--diff");
  expect(preview.output).toMatch(/onDelete\s*: "remove"/);
  expect(preview.output).toContain('"bob@example.com"');
  expect(preview.output).toContain('"user-carol"');
});

test.each(DOORS)(
  "owners who are demoted because their resources go count like removals: %s",
  async (_language, door) => {
    const owners = ["o0", "o1", "o2", "o3"];
    const entries = owners.map((name) => [
      name,
      { userId: `user-${name}`, role: "owner", onDelete: "demote" },
    ]);
    const roles = Object.fromEntries(entries) as Declarations;
    const engine = await startAt(door, { roles }, { users: people("owner", "boss", ...owners) });
    await engine.up();
    const refused = await engine.fails("destroy");
    expect(refused.writes).toEqual([]);
    expect(refused.output).toContain("Too many people would be removed or demoted, 4 in all: ");
    expect(refused.output).toContain("Nobody was removed or demoted.");
    const allowed = await engine.tries(["destroy", "--yes", "--skip-preview"], {
      env: { OPENAI_MAX_REMOVALS: "4" },
    });
    expect(allowed.writes).toHaveLength(4);
    expect(engine.roleOf("user-o3")).toBe("member");
  },
);
