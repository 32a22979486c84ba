import { join } from "node:path";

import type { PlanRow } from "../../provider/src/cli/plan/planRows";
import type { RunResult } from "../../tools/sandbox";
import { declareAt, DOORS, startAt } from "./doors";
import { TOP, type Engine, type Outcome } from "./engine";

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

/** Who is told about, and how. */
function told({ stdout }: RunResult): readonly string[] {
  const { people } = JSON.parse(stdout) as { readonly people: readonly PlanRow[] };
  return people.map(
    ({ kind, email, userId, actual, declared }) =>
      `${kind} ${email ?? userId ?? "?"} ${actual ?? "-"} ${declared ?? "-"}`,
  );
}

describe.each(DOORS)("a program in %s", (_language, door) => {
  test("sixty invitations beside removals, a demotion and owners: the table begins with those, and counts all", async () => {
    const invited = Array.from({ length: 60 }, (_, n) => [`p${n}@example.com`, "member"] as const);
    const members = {
      "alice@example.com": "owner",
      "user-bob": "member",
      "user-carol": "owner",
      "user-dan": "member",
    };
    const policies = { absent: "invite", undeclaredOwners: "remove", undeclaredMembers: "remove" };
    const engine = await startAt(
      door,
      { roster: { members, ...policies, undeclaredMembers: "ignore" } },
      { env: { OPENAI_MAX_INVITES: "100" } },
    );
    await engine.up();
    engine.organization.users.add({ id: "user-eve", email: "eve@example.com", name: "Eve", role: "owner" });
    await declareAt(door, engine, {
      roster: {
        members: {
          "alice@example.com": "owner",
          "user-bob": "owner",
          "user-carol": "member",
          ...Object.fromEntries(invited),
          "boss@example.com": "owner",
          "user-dan": "member",
        },
        ...policies,
      },
    });
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
    expect(told(await plan(engine, "--format", "json")).slice(0, 5)).toEqual([
      "remove eve@example.com owner -",
      "remove erin@example.com member -",
      "demote carol@example.com owner member",
      "promote bob@example.com member owner",
      "invite boss@example.com - owner",
    ]);
  });

  test("a plan that Pulumi saved holds the update to its program, and not to its organization", async () => {
    const members = { "alice@example.com": "owner", "user-bob": "member" };
    const program = (bob: string) => ({
      roster: { members: { ...members, "user-bob": bob }, undeclaredMembers: "remove" },
    });
    const engine = await startAt(door, program("member"));
    const save = (): Promise<unknown> => engine.preview("--refresh", "--save-plan", "plan.json");
    const held = (): Promise<Outcome> =>
      engine.tries(["up", "--yes", "--skip-preview", "--refresh", "--plan", "plan.json"]);
    await engine.up();
    const { users } = engine.organization;
    // The roster was to stay as it is.
    await save();
    users.add({ id: "user-eve", email: "eve@example.com", role: "member" });
    const stayed = await held();
    expect(stayed).toMatchObject({ writes: [], output: expect.stringContaining("violates plan") as unknown });
    // The program is another.
    await save();
    await declareAt(door, engine, program("owner"));
    expect(await held()).toMatchObject({
      writes: [],
      output: expect.stringContaining("violates plan") as unknown,
    });
    // The roster is to change anyway.
    await save();
    users.add({ id: "user-mallory", email: "mallory@example.com", role: "member" });
    expect((await held()).writes.toSorted()).toEqual([
      "delete_user user-eve",
      "delete_user user-mallory",
      "modify_user user-bob owner",
    ]);
  });
});
