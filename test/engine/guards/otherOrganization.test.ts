import { join } from "node:path";

import { startEmulator } from "../../../emulator/src";
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

async function nameInState(engine: Engine): Promise<unknown> {
  const people = (await engine.resources()).find(({ type }) => type.includes(":Organization"));
  return people?.outputs.organization;
}

test.each(CASES)(
  "%s: a key of another organization is refused, whatever the command, unless that is its new name",
  async (_what, door, program, next) => {
    const engine = await startAt(door, program, { users: USERS, organization: "acme" });
    await engine.up();
    expect(await nameInState(engine)).toBe("acme");

    // Not even ids, or when people joined, tell the two apart.
    const other = closing(
      await startEmulator({ users: engine.organization.users.all(), organization: "other" }),
    );
    const env = { OPENAI_BASE_URL: other.url, OPENAI_ADMIN_KEY: other.adminKey };
    await declareAt(door, engine, next);
    const refresh = ["refresh", "--yes", "--skip-preview"];
    for (const command of [refresh, ["up", "--yes", "--skip-preview", "--refresh=false"]]) {
      const refused = await engine.tries(command, { env });
      expect(refused.output).toContain('belongs to organization "other", but the state is for "acme"');
      expect(refused.output).toContain(
        'run this once: OPENAI_ORGANIZATION_RENAMED_FROM="acme" pulumi refresh',
      );
      expect(refused.code).not.toBe(0);
      expect(await nameInState(engine)).toBe("acme");
    }
    const args = [CLI, "drift", "--stack", engine.stack];
    const drift = await engine.sandbox.run(process.execPath, args, {
      env: { ...engine.sandbox.env, ...env },
    });
    expect(drift).toMatchObject({ code: 1, stdout: "" });
    expect(drift.output).toContain('belongs to organization "other"');
    await engine.tries(["destroy", "--yes", "--skip-preview", "--refresh=false"], { env });
    expect(other.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);

    const said = { ...env, OPENAI_ORGANIZATION_RENAMED_FROM: "acme" };
    expect((await engine.tries(refresh, { env: said })).code).toBe(0);
    expect(await nameInState(engine)).toBe("other");
    expect((await engine.tries(["up", "--yes", "--skip-preview"], { env })).code).toBe(0);
    expect(other.users.get("user-bob")?.role).toBe("owner");
  },
);
