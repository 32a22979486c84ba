import { startEngine, type Declarations } from "../engine";
import { people } from "./people";

/** More than the engine asks for at once; of the owners, a role is taken. */
const OWNERS = ["o0", "o1", "o2", "o3"];
const MANY = Array.from({ length: 16 }, (_, n) => `p${n}`);

const USERS = [...people("owner", "boss", ...OWNERS), ...people("member", ...MANY)];

const ALL: Declarations = Object.fromEntries([
  ...OWNERS.map((name) => [name, { userId: `user-${name}`, role: "owner", onDelete: "demote" }]),
  ...MANY.map((name) => [name, { email: `${name}@example.com`, role: "member" }]),
]) as Declarations;

test("destroying is bounded, and the refusal is about everybody; removals one at a time stop at the cap", async () => {
  const engine = await startEngine({ users: USERS, roles: ALL });
  await engine.up();
  const destroy = await engine.fails("destroy", "--parallel", "4", "--refresh");
  expect(destroy.writes).toEqual([]);
  expect(destroy.output).toContain("Too many people would be removed or demoted, 20 in all: ");
  expect(destroy.output).toContain("Nobody was removed or demoted.");
  for (const name of [...OWNERS, ...MANY])
    expect(destroy.output).toContain(`"${name}@example.com" ("user-${name}")`);
  expect(destroy.output).toContain("OPENAI_MAX_REMOVALS=20");

  // However the engine goes on.
  await engine.declare({ p0: ALL.p0 ?? {} });
  expect((await engine.fails("up", "--continue-on-error")).writes).toEqual([]);

  // One at a time they stop at the cap, and the refusal says who is gone and that more would go.
  const up = await engine.fails("up", "--parallel", "1");
  expect(up.writes).toHaveLength(3);
  const [, gone = ""] =
    /Removed or demoted before that: (.*?)\. Running this again goes on with it/.exec(up.output) ?? [];
  const named = [...gone.matchAll(/"(\w+)@example\.com"/g)].map(([, name]) => `user-${name ?? ""}`);
  expect(named.toSorted()).toEqual(up.writes.map((write) => write.split(" ")[1]).toSorted());

  const rest = await engine.tries(["up", "--yes", "--skip-preview"], { env: { OPENAI_MAX_REMOVALS: "16" } });
  expect(rest.writes).toHaveLength(16);
  const said = up.output + rest.output;
  for (const name of OWNERS) expect(said).toContain(`demoted "${name}@example.com"`);
  for (const name of MANY.slice(1)) expect(said).toContain(`removed "${name}@example.com"`);
  expect(engine.organization.users.all().map(({ role }) => role)).toEqual([
    "owner",
    ...Array<string>(5).fill("member"),
  ]);
});
