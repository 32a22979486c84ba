import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { InstallContext } from "../../../tools/pulumi-cli/install";
import { folderWith } from "../../folderWith";

/** The version that the tests speak of; no real one, so that nothing real can be mistaken for it. */
export const version = "3.999.0";

/** Where a CLI is made, in a scratch, for a test that needs no more. */
export function contextIn({ root, env }: Scratch): InstallContext {
  const staging = join(root, "staging");
  mkdirSync(staging);
  return { version, staging, env, log: () => undefined };
}

/** A temporary home, with a PATH that holds nothing but what a test puts there. */
export interface Scratch {
  readonly root: string;
  readonly versions: string;
  /** `versions/<version>`. */
  readonly folder: string;
  /** The only folder on PATH. */
  readonly pathFolder: string;
  readonly env: NodeJS.ProcessEnv;
}

export function makeScratch(): Scratch {
  const root = folderWith({ "path/.empty": "" });
  const [pathFolder, home] = [join(root, "path"), join(root, "home")];
  const versions = join(home, "versions");
  const env = { PULUMI_HOME: home, PATH: pathFolder };
  return { root, versions, folder: join(versions, version), pathFolder, env };
}

/** An executable shell script. */
export function writeScript(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return file;
}
