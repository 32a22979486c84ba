import { startEngine, type Declarations, type Engine } from "../engine";
import { people } from "./people";

const EIGHT = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7"];

function roles(names: readonly string[], args: object = {}): Declarations {
  return Object.fromEntries(
    names.map((name) => [name, { email: `${name}@example.com`, role: "member", ...args }]),
  );
}

async function declareEight(args?: object): Promise<Engine> {
  const engine = await startEngine({
    users: [...people("owner", "boss"), ...people("member", ...EIGHT)],
    roles: roles(EIGHT, args),
  });
  await engine.up();
  return engine;
}

function left(engine: Engine): string[] {
  return engine.organization.users.all().map(({ email }) => email?.replace("@example.com", "") ?? "");
}

test.each([[[]], [["--parallel", "1"]], [["--continue-on-error"]]])(
  "of five removals in one update %j three are sent, and the next update goes on",
  async (args) => {
    const engine = await declareEight();
    await engine.declare(roles(EIGHT.slice(5)));
    // So that the removals that may not be sent are refused while the others are under way.
    const operation = "delete_user";
    const slow = engine.organization.inject({
      operation,
      times: Infinity,
      fault: { kind: "delay", ms: 300 },
    });
    const up = await engine.fails("up", ...args);
    slow.remove();
    expect(up.writes).toHaveLength(3);
    const stayed = left(engine).filter((name) => EIGHT.slice(0, 5).includes(name));
    const removed = EIGHT.slice(0, 5).filter((name) => !stayed.includes(name));
    expect(stayed).toHaveLength(2);

    // Whoever is named as removed is, and nobody is missing.
    const reports = [...up.output.matchAll(/Removed: (.*?)\. Not removed so far: (.*?)\. /g)];
    expect(reports.length).toBeGreaterThan(0);
    for (const [, gone = "", kept = ""] of reports) {
      expect(names(gone)).toEqual(removed);
      for (const name of names(kept)) expect(stayed).toContain(name);
    }
    expect(up.output).toContain("pulumi config set openai:maxRemovals <number>");
    expect(Object.keys(await engine.state()).toSorted()).toEqual([...stayed, ...EIGHT.slice(5)].toSorted());

    const next = await engine.up();
    expect(next.writes).toHaveLength(2);
    expect(left(engine)).toEqual(["boss", ...EIGHT.slice(5)]);
    await engine.preview("--expect-no-changes");
  },
);

function names(list: string): string[] {
  return [...list.matchAll(/"(.*?)@example\.com"/g)].map(([, name = ""]) => name).toSorted();
}

test("more removals are allowed by the configuration, and by the environment", async () => {
  const engine = await declareEight();
  await engine.pulumi("config", "set", "openai:maxRemovals", "4");
  await engine.declare(roles(EIGHT.slice(4)));
  expect((await engine.up()).writes).toHaveLength(4);

  const env = { OPENAI_MAX_REMOVALS: "2" };
  await engine.declare(roles(EIGHT.slice(7)));
  const refused = await engine.tries(["up", "--yes", "--skip-preview"], { env });
  expect(refused.code).not.toBe(0);
  expect(refused.writes).toHaveLength(2);
  const allowed = await engine.tries(["destroy", "--yes", "--skip-preview"], {
    env: { OPENAI_MAX_REMOVALS: "10" },
  });
  expect(allowed.code).toBe(0);
  expect(left(engine)).toEqual(["boss"]);
});

test("none at all: with 0 nobody is removed", async () => {
  const engine = await declareEight();
  await engine.pulumi("config", "set", "openai:maxRemovals", "0");
  await engine.declare(roles(EIGHT.slice(1)));
  const up = await engine.fails("up");
  expect(up.writes).toEqual([]);
  expect(up.output).toContain("Removed: nobody.");
});

test("destroying is bounded, too", async () => {
  const engine = await declareEight();
  const destroy = await engine.fails("destroy");
  expect(destroy.writes).toHaveLength(3);
  expect(destroy.output).toContain("OPENAI_MAX_REMOVALS=<number>");
});

test.each(["demote", "retain"])(
  "who is not removed, because of onDelete %s, does not count",
  async (onDelete) => {
    const engine = await declareEight({ role: "owner", onDelete });
    await engine.declare({});
    const up = await engine.up();
    expect(up.writes).toHaveLength(onDelete === "demote" ? 8 : 0);
    expect(left(engine)).toEqual(["boss", ...EIGHT]);
  },
);

test("a preview of a removal shows the person and what happens, and protect forbids it", async () => {
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
