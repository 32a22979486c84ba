import { join } from "node:path";

import { build } from "esbuild";

import { licences } from "./licences.js";
import { TOP } from "./top.mjs";

/** Bundles the plugin, with its package.json and its schema, into one file that Node.js runs. Returns the licences. */
export async function bundle(outfile) {
  const { metafile } = await build({
    absWorkingDir: TOP,
    entryPoints: [join(TOP, "provider", "src", "plugin", "main.ts")],
    outfile,
    bundle: true,
    minify: true,
    // An error's stack names them.
    keepNames: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
    metafile: true,
  });
  return licences(TOP, metafile);
}
