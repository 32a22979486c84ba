import { join } from "node:path";

import { startEmulator, type Emulator, type User } from "../../../emulator/src";
import { declareAt, hasYaml, javascript, startAt, yaml, type Door, type Program } from "../doors";
import { closing, TOP, type Engine } from "../engine";
import { people } from "./people";

const USERS = [...people("owner", "alice"), ...people("member", "bob")];
const MEMBERS = { "user-alice": "owner", "user-bob": "member" };
const CLI = join(TOP, "provider", "dist", "cli", "main.js");

/** A program, and one that changes something. */
const CASES: [string, Door, Program, Program][] = [
  [
    "single resources in JavaScript",
    javascript,
    { roles: { bob: { userId: "user-bob", role: "member" } } },
    { roles: { bob: { userId: "user-bob", role: "owner" } } },
  ],
];
if (hasYaml)
  CASES.push([
    "a roster in YAML",
    yaml,
    { roster: { members: MEMBERS } },
    { roster: { members: { ...MEMBERS, "user-bob": "owner" } } },
  ]);

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
  "%s: a key of another organization is refused, whatever the command; the new name of the same one is taken over once that is said",
  async (_what, door, program, next) => {
    const engine = await startAt(door, program, { users: USERS, organization: "acme" });
    await engine.up();
    expect(await nameInState(engine)).toBe("acme");

    // Not even when people joined tells the two apart.
    const other = await organization("other", engine.organization.users.all());
    await declareAt(door, engine, next);
    for (const command of [
      ["preview"],
      ["refresh", "--yes", "--skip-preview"],
      ["up", "--yes", "--skip-preview", "--refresh=false"],
    ]) {
      const refused = await engine.tries(command, { env: keyOf(other) });
      expect(refused.output).toContain('belongs to organization "other", but the state is for "acme"');
      expect(refused.code).not.toBe(0);
      expect(await nameInState(engine)).toBe("acme");
    }
    const env = { ...engine.sandbox.env, ...keyOf(other) };
    const args = [CLI, "drift", "--stack", engine.stack];
    const drift = await engine.sandbox.run(process.execPath, args, { env });
    expect(drift).toMatchObject({ code: 1, stdout: "" });
    expect(drift.output).toContain('belongs to organization "other"');
    await engine.tries(["destroy", "--yes", "--skip-preview", "--refresh=false"], { env: keyOf(other) });
    expect(other.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);

    const renamed = await organization("acme 2", engine.organization.users.all());
    const refresh = ["refresh", "--yes", "--skip-preview"];
    const refused = await engine.tries(refresh, { env: keyOf(renamed) });
    const way = 'OPENAI_ORGANIZATION_RENAMED_FROM="acme"';
    expect(refused.output).toContain(`run this once: ${way} pulumi refresh`);
    const said = { ...keyOf(renamed), OPENAI_ORGANIZATION_RENAMED_FROM: "acme" };
    expect((await engine.tries(refresh, { env: said })).code).toBe(0);
    expect(await nameInState(engine)).toBe("acme 2");
    const up = await engine.tries(["up", "--yes", "--skip-preview"], { env: keyOf(renamed) });
    expect(up.code).toBe(0);
    expect(renamed.users.get("user-bob")?.role).toBe("owner");
  },
);
