import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";

import { startEngine, TOP, type Engine } from "./engine";

/** Has the project's `node_modules` hold Pulumi's packages alone. */
async function uninstall({ sandbox }: Engine): Promise<void> {
  const folder = join(sandbox.folder, "node_modules");
  await rm(folder);
  await mkdir(folder);
  await symlink(join(TOP, "node_modules", "@pulumi"), join(folder, "@pulumi"), "junction");
}

test("a package that the program finds and Pulumi would not is reported, with what to do", async () => {
  const engine = await startEngine({ ownProcess: true });
  await uninstall(engine);
  const path = JSON.stringify(join(TOP, "provider", "dist", "index.js"));
  await engine.sandbox.write(
    "index.js",
    `const openai = require(${path});
    new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });`,
  );
  const { output } = await engine.fails("preview");
  expect(output).toContain(
    "Pulumi cannot find the package pulumi-openai-organization from the program's folder",
  );
  expect(output).toContain("Run there: npm install pulumi-openai-organization");
});

test("the package uninstalled with its last resource is named, and back again it lets the resource go", async () => {
  const engine = await startEngine({
    roles: { bob: { userId: "user-bob", role: "owner", onDelete: "retain" } },
  });
  await engine.up();
  await engine.sandbox.write("index.js", "");
  await uninstall(engine);
  for (const command of ["preview", "up", "destroy"] as const) {
    const { output } = await engine.fails(command);
    expect(output).toContain("Cannot find module 'pulumi-openai-organization/handlers'");
  }
  const modules = join(engine.sandbox.folder, "node_modules");
  await symlink(join(TOP, "provider"), join(modules, "pulumi-openai-organization"), "junction");
  await engine.up();
  expect(engine.roleOf("user-bob")).toBe("owner");
  expect(await engine.state()).toEqual({});
});
