import { startEmulator } from "../../../emulator/src";
import { closing, startEngine } from "../engine";
import { people } from "./people";

test("with a key of another organization, in which the same ids are, nothing is changed or removed", async () => {
  const users = [...people("owner", "alice"), ...people("member", "bob")];
  const bob = { userId: "user-bob", role: "member" };
  const engine = await startEngine({ users, organization: "acme", roles: { bob } });
  await engine.up();
  expect((await engine.state()).bob?.outputs.organization).toBe("acme");

  const joined = users.map((user) => ({ ...user, added_at: 1_600_000_000 }));
  const other = closing(await startEmulator({ users: joined, organization: "other" }));
  const env = { OPENAI_BASE_URL: other.url, OPENAI_ADMIN_KEY: other.adminKey };
  await engine.declare({ bob: { ...bob, role: "owner" } });
  const commands = [
    ["up", "--yes", "--skip-preview"],
    ["up", "--yes", "--skip-preview", "--refresh=false"],
    ["destroy", "--yes", "--skip-preview"],
  ];
  for (const command of commands) {
    const refused = await engine.tries(command, { env });
    expect(refused.output).toContain('belongs to organization "other", but the state is for "acme"');
  }
  expect(other.requests.log().filter(({ method }) => method !== "GET")).toEqual([]);

  const renamed = closing(
    await startEmulator({ users: engine.organization.users.all(), organization: "acme-2" }),
  );
  const sameOne = { OPENAI_BASE_URL: renamed.url, OPENAI_ADMIN_KEY: renamed.adminKey };
  const up = await engine.tries(["up", "--yes", "--skip-preview"], { env: sameOne });
  expect(up.code).toBe(0);
  expect(renamed.users.get("user-bob")?.role).toBe("owner");
});
