import { join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { startEngine, TOP, type Engine, type Outcome } from "./engine";

const SCRIPT = join(TOP, "provider", "dist", "cli", "main.js");

/** Runs `plan`, which must write nothing. */
async function plan(engine: Engine, ...args: readonly string[]): Promise<RunResult> {
  engine.organization.requests.reset();
  const outcome = await engine.sandbox.run(process.execPath, [
    SCRIPT,
    "plan",
    "--stack",
    engine.stack,
    ...args,
  ]);
  expect(engine.organization.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);
  return outcome;
}

const roster = (members: object, policies: object): string =>
  `new openai.OrganizationRoster("people", ${JSON.stringify({ members, ...policies })});`;

test("sixty invitations beside removals, a demotion and owners: the table begins with those, and counts all", async () => {
  const invited = Array.from({ length: 60 }, (_, n) => [`p${n}@example.com`, "member"] as const);
  const members = {
    "alice@example.com": "owner",
    "user-bob": "owner",
    "user-carol": "member",
    ...Object.fromEntries(invited),
    "boss@example.com": "owner",
    "user-dan": "member",
  };
  const policies = { absent: "invite", undeclaredOwners: "remove", undeclaredMembers: "remove" };
  const engine = await startEngine({
    program: roster(members, policies),
    env: { OPENAI_MAX_INVITES: "100" },
  });
  engine.organization.users.change("user-carol", { role: "owner" });
  engine.organization.users.add({ id: "user-eve", email: "eve@example.com", name: "Eve", role: "owner" });
  const found = await plan(engine);
  expect(found).toMatchObject({ code: 0 });
  const lines = found.stdout.split("\n");
  expect(lines[0]).toBe(
    "Plan: 2 removals, 1 demotion, 1 promotion, 1 invitation as owner, 60 invitations as member.",
  );
  const table = lines.slice(lines.findIndex((line) => line.startsWith("WHO ")));
  expect(table.slice(0, 7).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ["WHO", "NAME", "FROM", "TO", "WHY", "USER ID"],
    ["eve@example.com", "Eve", "owner", "removed", "undeclared owner", "user-eve"],
    ["erin@example.com", "Erin", "member", "removed", "undeclared member", "user-erin"],
    ["carol@example.com", "Carol", "owner", "member", "declared", "user-carol"],
    ["bob@example.com", "Bob", "member", "owner", "declared", "user-bob"],
    ["boss@example.com", "-", "-", "invited as owner", "declared, and not in the organization", "-"],
    ["p0@example.com", "-", "-", "invited as member", "declared, and not in the organization", "-"],
  ]);
  expect(table).toHaveLength(1 + 5 + 50 + 3);
  expect(found.stdout).toMatch(/\nAnd 10 invitations as member that nothing names\.\n$/);
});

test("a plan that Pulumi saved holds the update to its program, and not to its organization", async () => {
  const rest = {
    "alice@example.com": "owner",
    "user-carol": "member",
    "user-dan": "member",
    "user-erin": "member",
  };
  const program = (bob: string): string =>
    roster({ ...rest, "user-bob": bob }, { undeclaredMembers: "remove" });
  const engine = await startEngine({ program: program("owner") });
  const save = (): Promise<unknown> => engine.preview("--refresh", "--save-plan", "plan.json");
  const held = (): Promise<Outcome> =>
    engine.tries(["up", "--yes", "--skip-preview", "--refresh", "--plan", "plan.json"]);
  const isHeldBack = async (): Promise<void> => {
    expect(await held()).toMatchObject({
      writes: [],
      output: expect.stringContaining("violates plan") as unknown,
    });
  };
  const { users } = engine.organization;
  await save();
  // The program is another.
  await engine.program(program("member"));
  await isHeldBack();
  // The roster is to change anyway.
  await engine.program(program("owner"));
  users.add({ id: "user-mallory", email: "mallory@example.com", role: "member" });
  expect((await held()).writes.toSorted()).toEqual([
    "delete_user user-mallory",
    "modify_user user-bob owner",
  ]);
  // The roster was to stay as it is.
  await save();
  users.add({ id: "user-eve", email: "eve@example.com", role: "member" });
  await isHeldBack();
});
