import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

import { binaryIn } from "./nodeBinary.mjs";

/** Makes one executable of a bundle and the Node.js in the folder of an npm package. */
export function makeExecutable(bundle, nodeFolder, output) {
  const main = `${bundle}.main.js`;
  // Only a file that Node.js itself opens may begin with a line for the shell.
  writeFileSync(main, readFileSync(bundle, "utf8").replace(/^#!.*\n/, ""));
  const configuration = `${bundle}.json`;
  writeFileSync(
    configuration,
    JSON.stringify({ main, output, disableExperimentalSEAWarning: true, useCodeCache: true }),
  );
  execFileSync(binaryIn(nodeFolder), ["--build-sea", configuration], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // macOS runs nothing that is not signed, and what was put in has broken the signature of Node.js.
  if (process.platform === "darwin") execFileSync("codesign", ["--sign", "-", "--force", output]);
}
