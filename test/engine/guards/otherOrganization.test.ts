import { join } from "node:path";

import { startEmulator } from "../../../emulator/src";
import { declareAt, hasYaml, javascript, startAt, yaml } from "../doors";
import { closing, TOP, type Engine, type Outcome } from "../engine";
import { people } from "./people";

const USERS = [...people("owner", "alice"), ...people("member", "bob")];
const CLI = join(TOP, "provider", "dist", "cli", "main.js");

async function nameInState(engine: Engine): Promise<unknown> {
  const people = (await engine.resources()).find(({ type }) => type.includes(":Organization"));
  return people?.outputs.organization;
}

/** Somebody sets a key of another organization: not even ids, or when people joined, tell the two apart. */
async function anotherOrganization(engine: Engine): Promise<Engine["organization"]> {
  expect(await nameInState(engine)).toBe("acme");
  const other = closing(
    await startEmulator({ users: engine.organization.users.all(), organization: "other" }),
  );
  engine.sandbox.env.OPENAI_BASE_URL = other.url;
  engine.sandbox.env.OPENAI_ADMIN_KEY = other.adminKey;
  return other;
}

function expectRefused({ output }: Pick<Outcome, "output">): void {
  expect(output).toContain('belongs to organization "other", but the state is for "acme"');
  expect(output).toContain('run this once: OPENAI_ORGANIZATION_RENAMED_FROM="acme" pulumi refresh');
}

test("single resources in JavaScript: with a key of another organization nobody is changed or removed, and no drift is shown", async () => {
  const bob = (role: string): object => ({ roles: { bob: { userId: "user-bob", role } } });
  const engine = await startAt(javascript, bob("member"), { users: USERS, organization: "acme" });
  await engine.up();
  const other = await anotherOrganization(engine);
  await declareAt(javascript, engine, bob("owner"));
  expectRefused(await engine.fails("up"));
  const { env } = engine.sandbox;
  const drift = await engine.sandbox.run(process.execPath, [CLI, "drift", "--stack", engine.stack], { env });
  expect(drift).toMatchObject({ code: 1, stdout: "" });
  expectRefused(drift);
  expectRefused(await engine.fails("destroy"));
  expect(await nameInState(engine)).toBe("acme");
  expect(other.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);
});

(hasYaml ? test : test.skip)("a roster in YAML: nor by a refresh, unless that is its new name", async () => {
  const roster = { members: { "user-alice": "owner", "user-bob": "member" } };
  const engine = await startAt(yaml, { roster }, { users: USERS, organization: "acme" });
  await engine.up();
  const other = await anotherOrganization(engine);
  other.users.change("user-bob", { role: "owner" });
  expectRefused(await engine.fails("refresh"));
  expect(await nameInState(engine)).toBe("acme");

  engine.sandbox.env.OPENAI_ORGANIZATION_RENAMED_FROM = "acme";
  await engine.refresh();
  expect(await nameInState(engine)).toBe("other");
});
