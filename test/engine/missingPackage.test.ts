import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { startEngine, TOP } from "./engine";

test("a package that Pulumi would not find is reported in the program; uninstalled with its last resource it is named, and back again it lets the resource go", async () => {
  const bob = { userId: "user-bob", role: "owner", onDelete: "retain" };
  const engine = await startEngine({ roles: { bob }, ownProcess: true });
  const { sandbox } = engine;
  await engine.up();
  // The project's `node_modules` hold Pulumi's packages alone.
  const modules = join(sandbox.folder, "node_modules");
  await rm(modules);
  await mkdir(modules);
  await symlink(join(TOP, "node_modules", "@pulumi"), join(modules, "@pulumi"), "junction");

  const elsewhere = JSON.stringify(join(TOP, "provider", "dist", "index.js"));
  await sandbox.write(
    "index.js",
    `new (require(${elsewhere}).OrganizationUserRole)("bob", ${JSON.stringify(bob)});`,
  );
  const found = await engine.fails("preview", "--refresh=false");
  expect(found.output).toContain(
    "Pulumi cannot find the package pulumi-openai-organization from the program's folder",
  );
  expect(found.output).toContain("Run there: npm install pulumi-openai-organization");

  await sandbox.write("index.js", "");
  const { output } = await engine.fails("up");
  expect(output).toContain("Cannot find module 'pulumi-openai-organization/handlers'");

  await symlink(join(TOP, "provider"), join(modules, "pulumi-openai-organization"), "junction");
  await engine.up();
  expect(engine.roleOf("user-bob")).toBe("owner");
  expect(await engine.state()).toEqual({});
});
