import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The version that the tests speak of; no real one, so that nothing real can be mistaken for it. */
export const version = "3.999.0";

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

const made: string[] = [];

export function makeScratch(): Scratch {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-cli-test-")));
  made.push(root);
  const pathFolder = join(root, "path");
  mkdirSync(pathFolder);
  const versions = join(root, "home", "versions");
  return {
    root,
    versions,
    folder: join(versions, version),
    pathFolder,
    env: { PULUMI_HOME: join(root, "home"), PATH: pathFolder },
  };
}

export function removeScratches(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** An executable shell script. */
export function writeScript(file: string, body: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A folder of `bin` with a CLI. */
export function writeCli(folder: string): string {
  return writeScript(join(folder, "bin", "pulumi"), "exit 0");
}
