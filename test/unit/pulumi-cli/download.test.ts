import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { download } from "../../../tools/pulumi-cli/download";
import type { InstallContext } from "../../../tools/pulumi-cli/install";
import { contextIn, makeScratch, version } from "./fakes";

/** What the wrapper gets for its request, in place of the official install script. */
function serving(script: string): InstallContext {
  const scratch = makeScratch();
  const stub = join(scratch.root, "stub.js");
  const answer = `({ ok: true, text: async () => ${JSON.stringify(script)} })`;
  writeFileSync(stub, `globalThis.fetch = async () => ${answer};`);
  // A version that the user has set for the wrapper must not lead it astray.
  const env = { ...scratch.env, NODE_OPTIONS: `--require=${stub}`, PULUMI_VERSION: "3.1.0" };
  return { ...contextIn(scratch), env };
}

test("has the npm wrapper install into the staging folder", async () => {
  const context = serving(`while [ "$1" != --install-root ]; do shift; done
/bin/mkdir -p "$2/bin"; printf '#!/bin/sh\\n# %s\\n' "$4" > "$2/bin/pulumi"; /bin/chmod +x "$2/bin/pulumi"`);
  const folder = await download(context);
  expect(folder.startsWith(context.staging)).toBe(true);
  expect(readFileSync(join(folder, "bin", "pulumi"), "utf8")).toContain(version);
});

test("fails if the script fails", async () => {
  await expect(download(serving("exit 1"))).rejects.toThrow(/ended with 1$/);
});
