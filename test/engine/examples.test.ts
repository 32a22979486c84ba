import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { EXAMPLE_PEOPLE, startEmulator } from "../../emulator/src";
import { closing, startEngine, TOP, type Engine, type EngineOptions } from "./engine";

/** A project that is a copy of an example, as a user would begin with it. */
function startExample(name: string, options: EngineOptions = {}): Promise<Engine> {
  const folder = join(TOP, "examples", name);
  const files = ["Pulumi.yaml", "package.json", "index.ts", ...(name === "component" ? ["team.ts"] : [])];
  return startEngine({
    files: {},
    copies: Object.fromEntries(files.map((file) => [file, join(folder, file)])),
    ...options,
  });
}

test("one person", async () => {
  const engine = await startExample("one-person");
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ userId: "user-bob" });
  await engine.preview("--expect-no-changes");
  expect((await engine.destroy()).writes).toEqual([]);
});

test("owners only: another owner fails the preview, by name", async () => {
  const engine = await startExample("owners-only");
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  await engine.preview("--expect-no-changes");
  engine.organization.users.change("user-dan", { role: "owner" });
  expect((await engine.fails("preview")).output).toContain("dan@example.com");
});

test("a component: its people are protected", async () => {
  const engine = await startExample("component");
  expect((await engine.up()).writes.toSorted()).toEqual([
    "modify_user user-bob owner",
    "modify_user user-carol member",
    "modify_user user-dan member",
  ]);
  await engine.preview("--expect-no-changes");
  expect((await engine.fails("destroy")).writes).toEqual([]);
});

test("two organizations", async () => {
  const research = closing(
    await startEmulator({
      adminKey: "sk-admin-research",
      users: [{ id: "user-rita", email: "rita@example.com", role: "member" }, ...EXAMPLE_PEOPLE],
    }),
  );
  const engine = await startExample("two-organizations", { env: { RESEARCH_ADMIN_KEY: research.adminKey } });
  // At OpenAI one address serves all organizations; here each has its own.
  const program = await readFile(join(TOP, "examples", "two-organizations", "index.ts"), "utf8");
  const ownAddress = `$&, baseUrl: ${JSON.stringify(research.url)}`;
  await engine.sandbox.write(
    "index.ts",
    program.replace('adminKeyVariable: "RESEARCH_ADMIN_KEY"', ownAddress),
  );
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ researchers: ["rita@example.com", "alice@example.com"] });
  expect(research.users.get("user-bob")?.role).toBe("member");
  await engine.preview("--expect-no-changes");
});
