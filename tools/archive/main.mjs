// Writes the archive that `pulumi plugin install` takes, for the machine that it runs on, and prints its path last.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

import { bundle } from "./bundle.mjs";
import { makeExecutable } from "./executable.mjs";
import { licence } from "./licences.js";
import { nodePackage } from "./nodeBinary.mjs";
import { startsUp } from "./startsUp.mjs";
import { TOP } from "./top.mjs";

const USAGE = `Usage: npm run archive -- [options]

Writes the plugin's archive for this machine. Its executable holds a Node.js, which npm downloads.

  --without-node  leave Node.js out: the plugin is then a script, and runs on the Node.js on PATH
  --out FOLDER    where to write it (default: .build/archives)
`;

const NAME = "pulumi-resource-openai-organization";

/** As Pulumi calls systems and processors. */
const SYSTEMS = { win32: "windows" };
const PROCESSORS = { x64: "amd64" };

const { platform, arch } = process;

/** What goes into the archive, written into a folder. */
async function write(content, work, nodeFolder) {
  const script = join(work, "plugin.js");
  const licences = [await bundle(script)];
  const plugin = join(content, platform === "win32" ? `${NAME}.exe` : NAME);
  if (nodeFolder === undefined) copyFileSync(script, plugin);
  else {
    makeExecutable(script, nodeFolder, plugin);
    licences.push(licence(nodeFolder));
  }
  chmodSync(plugin, 0o755);
  await startsUp(plugin);
  copyFileSync(join(TOP, "provider", "schema.json"), join(content, "schema.json"));
  for (const file of ["LICENSE", "NOTICE"]) copyFileSync(join(TOP, file), join(content, file));
  writeFileSync(join(content, "THIRD_PARTY.txt"), licences.join("\n"));
}

async function archive(out, nodeFolder) {
  const { version } = JSON.parse(readFileSync(join(TOP, "provider", "package.json"), "utf8"));
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(out, "work-"));
  try {
    const content = join(work, "content");
    mkdirSync(content);
    await write(content, work, nodeFolder);
    const machine = `${SYSTEMS[platform] ?? platform}-${PROCESSORS[arch] ?? arch}`;
    const file = `${NAME}-v${version}-${machine}.tar.gz`;
    // Some take what stands before a colon, as in C:\\, for another machine.
    const folder = relative(out, content).replaceAll("\\", "/");
    execFileSync("tar", ["-czf", file, "-C", folder, ...readdirSync(content)], { cwd: out });
    return join(out, file);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The Node.js to put in, unless none is wanted. */
function wantedNode(withoutNode) {
  const folder = withoutNode ? undefined : nodePackage();
  if (folder !== undefined) return folder;
  if (platform === "win32")
    throw new Error("Windows does not run a script as a plugin: leave out --without-node");
  if (!withoutNode)
    console.error(`npm has no Node.js for ${platform} on ${arch}: the plugin will need one on PATH`);
  return undefined;
}

const { values } = parseArgs({
  options: {
    "without-node": { type: "boolean", default: false },
    out: { type: "string", default: join(TOP, ".build", "archives") },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(USAGE);
else console.log(await archive(resolve(values.out), wantedNode(values["without-node"])));
