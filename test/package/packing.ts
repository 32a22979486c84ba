import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { version } from "@pulumi/pulumi/version";

import type { Sandbox } from "../../tools/sandbox";
import { TOP } from "../engine/engine";

/** The folder of the published package. */
export const PROVIDER = resolve(TOP, "provider");

/** A run of npm would tell the npm inside it to work in the outer one's folder. A registry may need certificates. */
const ENV = {
  npm_config_local_prefix: undefined,
  NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS,
};

/** Other installers and versions take minutes, and change seldom. */
export const whereAsked = process.env.TEST_EVERY_VERSION === "true" ? test : test.skip;

/** The SDK with which the tests of this repository run. */
export const PINNED_SDK = version;

const NPM = ["install", "--prefer-offline", "--no-audit", "--no-fund"];

/** What `npm pack` made. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** What `npm pack` needs of the repository: it writes files beside what it packs, so each run works on a copy. */
const NEEDED = ["provider", "tools/release", "README.md", "LICENSE", "NOTICE"];

/** Packs the provider, as it is built, into a folder. */
async function pack(folder: string): Promise<Packed> {
  const copy = await mkdtemp(join(tmpdir(), "pulumi-openai-pack-"));
  try {
    const filter = (path: string): boolean => !path.endsWith("node_modules");
    for (const path of NEEDED) await cp(join(TOP, path), join(copy, path), { recursive: true, filter });
    await symlink(join(TOP, "node_modules"), join(copy, "node_modules"), "junction");
    const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", folder], {
      cwd: join(copy, "provider"),
      env: { ...process.env, ...ENV },
      shell: process.platform === "win32",
    });
    const [packed] = JSON.parse(stdout) as readonly Packed[];
    if (packed === undefined) throw new Error("npm pack packed nothing");
    return packed;
  } finally {
    await rm(copy, { recursive: true });
  }
}

let made: Promise<Packed & { readonly folder: string }> | undefined;

afterAll(async () => {
  if (made !== undefined) await rm((await made).folder, { recursive: true });
});

/** The packed provider, which the tests of a file share. */
export function packed(): NonNullable<typeof made> {
  return (made ??= mkdtemp(join(tmpdir(), "pulumi-openai-packed-")).then(async (folder) => ({
    ...(await pack(folder)),
    folder,
  })));
}

/** Its path. */
export async function tarball(): Promise<string> {
  const { folder, filename } = await packed();
  return join(folder, filename);
}

/** Runs a command in a sandbox, which must succeed. */
export async function runs(sandbox: Sandbox, command: string, ...args: readonly string[]): Promise<void> {
  const { code, output } = await sandbox.run(command, args, { env: ENV });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}:\n${output}`);
}

/** `npm install` of some packages into the top of a sandbox, even if a folder above it is a project. */
export function npmInstall(sandbox: Sandbox, ...packages: readonly string[]): Promise<void> {
  return runs(sandbox, "npm", ...NPM, "--prefix", sandbox.folder, ...packages);
}
