import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { startEngine, TOP } from "./engine";

test("a package that was uninstalled with its last resource is named, and back again it lets the resource go", async () => {
  const engine = await startEngine({
    roles: { bob: { userId: "user-bob", role: "owner", onDelete: "retain" } },
  });
  const { sandbox } = engine;
  await engine.up();
  // The project's `node_modules` hold Pulumi's packages alone.
  const modules = join(sandbox.folder, "node_modules");
  await rm(modules);
  await mkdir(modules);
  await symlink(join(TOP, "node_modules", "@pulumi"), join(modules, "@pulumi"), "junction");
  await sandbox.write("index.js", "");
  const { output } = await engine.fails("up");
  expect(output).toContain("Cannot find module 'pulumi-openai-organization/handlers'");

  await symlink(join(TOP, "provider"), join(modules, "pulumi-openai-organization"), "junction");
  await engine.up();
  expect(engine.roleOf("user-bob")).toBe("owner");
  expect(await engine.state()).toEqual({});
});
