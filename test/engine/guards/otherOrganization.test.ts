import { join } from "node:path";

import { startEmulator, type Emulator, type User } from "../../../emulator/src";
import { declareAt, DOORS, startAt, type Program } from "../doors";
import { closing, TOP, type Engine } from "../engine";
import { people } from "./people";

const USERS = [...people("owner", "alice"), ...people("member", "bob")];
const MEMBERS = { "user-alice": "owner", "user-bob": "member" };
const CLI = join(TOP, "provider", "dist", "cli", "main.js");

/** A program, and one that changes something. */
const PROGRAMS: readonly (readonly [string, Program, Program])[] = [
  [
    "single resources",
    { roles: { bob: { userId: "user-bob", role: "member" } } },
    { roles: { bob: { userId: "user-bob", role: "owner" } } },
  ],
  [
    "a roster",
    { roster: { members: MEMBERS } },
    { roster: { members: { ...MEMBERS, "user-bob": "owner" } } },
  ],
];

const CASES = DOORS.flatMap(([language, door]) =>
  PROGRAMS.map(([what, program, next]) => [what, language, door, program, next] as const),
);

/** Another organization, with the same ids. */
async function organization(name: string, users: readonly User[]): Promise<Emulator> {
  return closing(await startEmulator({ users: [...users], organization: name }));
}

function keyOf({ url, adminKey }: Emulator): NodeJS.ProcessEnv {
  return { OPENAI_BASE_URL: url, OPENAI_ADMIN_KEY: adminKey };
}

async function nameInState(engine: Engine): Promise<unknown> {
  const people = (await engine.resources()).find(({ type }) => type.includes(":Organization"));
  return people?.outputs.organization;
}

test.each(CASES)(
  "%s in %s refuse a key of another organization, whatever the command",
  async (_what, _language, door, program, next) => {
    const engine = await startAt(door, program, { users: USERS, organization: "acme" });
    await engine.up();
    expect(await nameInState(engine)).toBe("acme");

    // Not even when people joined tells the two apart.
    const other = await organization("other", engine.organization.users.all());
    await declareAt(door, engine, next);
    const commands = [
      ["preview", "--refresh=false"],
      ["preview"],
      ["refresh", "--yes", "--skip-preview"],
      ["up", "--yes", "--skip-preview"],
      ["up", "--yes", "--skip-preview", "--refresh=false"],
    ];
    for (const command of commands) {
      const refused = await engine.tries(command, { env: keyOf(other) });
      expect(refused.output).toContain('belongs to organization "other", but the state is for "acme"');
      expect(refused.code).not.toBe(0);
      expect(await nameInState(engine)).toBe("acme");
    }
    const env = { ...engine.sandbox.env, ...keyOf(other) };
    const drift = await engine.sandbox.run(process.execPath, [CLI, "drift", "--stack", engine.stack], {
      env,
    });
    expect(drift).toMatchObject({ code: 1, stdout: "" });
    expect(drift.output).toContain('belongs to organization "other"');
    await engine.tries(["destroy", "--yes", "--skip-preview", "--refresh=false"], { env: keyOf(other) });
    expect(other.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);
  },
);

test.each(CASES)(
  "%s in %s follow a renamed organization once that is said",
  async (_what, _language, door, program, next) => {
    const engine = await startAt(door, program, { users: USERS, organization: "acme" });
    await engine.up();
    const renamed = await organization("acme 2", engine.organization.users.all());
    const env = keyOf(renamed);
    const refused = await engine.tries(["refresh", "--yes", "--skip-preview"], { env });
    const way = 'OPENAI_ORGANIZATION_RENAMED_FROM="acme"';
    expect(refused.output).toContain(`run this once: ${way} pulumi refresh`);
    const said = { ...env, OPENAI_ORGANIZATION_RENAMED_FROM: "acme" };
    expect((await engine.tries(["refresh", "--yes", "--skip-preview"], { env: said })).code).toBe(0);
    expect(await nameInState(engine)).toBe("acme 2");
    await declareAt(door, engine, next);
    const up = await engine.tries(["up", "--yes", "--skip-preview"], { env });
    expect(up.code).toBe(0);
    expect(renamed.users.get("user-bob")?.role).toBe("owner");
  },
);
