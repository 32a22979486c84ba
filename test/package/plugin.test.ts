import { join } from "node:path";

import { hasYaml, yaml } from "../engine/doors";
import { startEngine } from "../engine/engine";
import { pack, runs } from "./packing";

(hasYaml ? test : test.skip)(
  "npm install -g of the packed tarball is the whole installation of the plugin",
  async () => {
    const program = { roles: { bob: { email: "bob@example.com", role: "owner" } } };
    const engine = await startEngine({ nodeModules: null, files: yaml.files(program) });
    const { folder } = engine.sandbox;
    const { filename } = await pack(folder);
    // Where npm puts commands, everybody's PATH has: here the sandbox's own.
    await runs(
      engine.sandbox,
      "npm",
      "install",
      "-g",
      "--prefix",
      folder,
      "--prefer-offline",
      join(folder, filename),
    );
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    await engine.preview("--expect-no-changes");
  },
);
