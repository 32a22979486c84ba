import { join } from "node:path";

import { hasYaml, yaml } from "../engine/doors";
import { startEngine } from "../engine/engine";
import { runs, tarball } from "./packing";

(hasYaml ? test : test.skip)(
  "npm install -g of the packed tarball is the whole installation of the plugin",
  async () => {
    const program = { roles: { bob: { email: "bob@example.com", role: "owner" } } };
    const engine = await startEngine({ nodeModules: null, files: yaml.files(program) });
    const { folder } = engine.sandbox;
    // Where npm puts commands, everybody's PATH has: here the sandbox's own.
    const npm = (...args: readonly string[]): Promise<void> =>
      runs(engine.sandbox, "npm", ...args, "--prefer-offline", "--no-audit", "--no-fund");
    await npm("install", "-g", "--prefix", folder, await tarball());
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    await engine.preview("--expect-no-changes");

    // And in the folder of a project that the package itself has written: there a lockfile pins it, and nothing warns.
    const cli = join(folder, "bin", "pulumi-openai-organization");
    await runs(engine.sandbox, cli, "adopt", "--format", "yaml", "--out", "own");
    await npm("install", "--prefix", join(folder, "own"), await tarball());
    const options = { cwd: "own" };
    await engine.tries(["stack", "select", "--create", "dev"], options);
    const up = await engine.tries(["up", "--yes", "--skip-preview"], options);
    expect(up).toMatchObject({ code: 0, writes: [] });
    expect(up.output).not.toContain("warning");
  },
);
