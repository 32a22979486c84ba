import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";

import { ensurePulumi, type EnsurePulumiOptions } from "../../../tools/pulumi-cli/ensure";
import type { InstallContext, Installer } from "../../../tools/pulumi-cli/install";
import { ensureYamlHost, yamlHost } from "../../../tools/pulumi-cli/yaml";
import { contextIn, makeScratch, type Scratch, version, writeScript } from "./fakes";
import { download } from "../../../tools/pulumi-cli/download";
import { build } from "../../../tools/pulumi-cli/build";

let scratch: Scratch;
let calls: string[];

beforeEach(() => {
  scratch = makeScratch();
  calls = [];
});

/** An installer that makes a working CLI or, with a reason, leaves half of one and fails. */
function installer(name: string, why?: string): Installer {
  return ({ staging }) => {
    calls.push(name);
    const made = join(staging, "made");
    writeScript(join(made, "bin", "pulumi"), why === undefined ? "exit 0" : "exit 1");
    return why === undefined ? Promise.resolve(made) : Promise.reject(new Error(why));
  };
}

function ensure(options: Partial<EnsurePulumiOptions> = {}) {
  return ensurePulumi({
    version,
    env: scratch.env,
    log: () => undefined,
    download: installer("download", "no network"),
    build: installer("build"),
    ...options,
  });
}

/** What stands in the folder of all versions. */
function versions(): string[] {
  return existsSync(scratch.versions) ? readdirSync(scratch.versions) : [];
}

test("an installed CLI is used, and nothing is installed", async () => {
  const command = writeScript(join(scratch.folder, "bin", "pulumi"), "exit 0");
  expect(await ensure()).toEqual({ command });
  expect(calls).toEqual([]);
});

test("downloads if possible, and does not build", async () => {
  const command = join(scratch.folder, "bin", "pulumi");
  expect(await ensure({ download: installer("download") })).toEqual({ command });
  expect(calls).toEqual(["download"]);
  expect(versions()).toEqual([version]);
});

test("builds if the download fails, and is found the next time", async () => {
  await ensure();
  expect(calls).toEqual(["download", "build"]);
  await ensure();
  expect(calls).toHaveLength(2);
});

test("fails with one error that says what was tried and what helps, and leaves nothing behind", async () => {
  const error = await ensure({ build: installer("build", "there is no Go") }).catch(String);
  expect(error).toContain("The download failed: no network");
  expect(error).toContain("The build failed: there is no Go");
  for (const way of ["allow the official download", "install Go", scratch.folder])
    expect(error).toContain(way);
  expect(versions()).toEqual([]);
});

test("a folder without a CLI is left alone, and named", async () => {
  mkdirSync(scratch.folder, { recursive: true });
  await expect(ensure()).rejects.toThrow(`${scratch.folder} has no Pulumi CLI in it`);
  expect(calls).toEqual([]);
});

test("two installations at once may both do the work, and both succeed", async () => {
  const both = await Promise.all([ensure(), ensure()]);
  expect(both.map(({ command }) => existsSync(command))).toEqual([true, true]);
  expect(versions()).toEqual([version]);
});

test("what an installation killed half-way has left is in the way of nobody, and goes once it is a day old", async () => {
  const half = join(scratch.versions, ".staging-killed");
  writeScript(join(half, "made", "bin", "pulumi"), "exit 1");
  await ensure();
  // It might be at work still, for all that can be told.
  expect(versions().sort()).toEqual([".staging-killed", version]);
  const twoDaysAgo = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
  utimesSync(half, twoDaysAgo, twoDaysAgo);
  await ensureYamlHost({
    version,
    env: scratch.env,
    log: () => undefined,
    build: installer("yaml", "no Go"),
  });
  expect(versions()).toEqual([version]);
});

describe("the language host for Pulumi YAML", () => {
  let lines: string[];
  const ensureHost = (build: Installer) =>
    ensureYamlHost({ version, env: scratch.env, log: (line) => lines.push(line), build });
  const building: Installer = ({ staging }) => {
    calls.push("yaml");
    return Promise.resolve(writeScript(join(staging, "host"), "exit 0"));
  };

  beforeEach(async () => {
    lines = [];
    await ensure();
    calls = [];
  });

  test("is put beside the CLI, once", async () => {
    expect(yamlHost(scratch.env, version)).toBeUndefined();
    const host = join(scratch.folder, "bin", "pulumi-language-yaml");
    expect(await ensureHost(building)).toBe(host);
    expect(await ensureHost(building)).toBe(host);
    expect(yamlHost(scratch.env, version)).toBe(host);
    expect(calls).toEqual(["yaml"]);
    expect(versions()).toEqual([version]);
  });

  test("is not required: if it cannot be built, a line says so", async () => {
    expect(await ensureHost(installer("yaml", "go cannot be started"))).toBeUndefined();
    expect(lines.join("\n")).toMatch(/tests that need it are skipped: go cannot be started/);
    expect(versions()).toEqual([version]);
  });
});

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

test("the download has the npm wrapper install into the staging folder", async () => {
  const context = serving(`while [ "$1" != --install-root ]; do shift; done
/bin/mkdir -p "$2/bin"; printf '#!/bin/sh\\n# %s\\n' "$4" > "$2/bin/pulumi"; /bin/chmod +x "$2/bin/pulumi"`);
  const folder = await download(context);
  expect(folder.startsWith(context.staging)).toBe(true);
  expect(readFileSync(join(folder, "bin", "pulumi"), "utf8")).toContain(version);
});

test("the download fails if the script fails", async () => {
  await expect(download(serving("exit 1"))).rejects.toThrow(/ended with 1$/);
});

const making = () => build(contextIn(scratch));

/** A `go` that does this when it is to build. */
function writeGo(body: string): void {
  writeScript(join(scratch.pathFolder, "go"), body);
}

test("the build makes a folder with the CLI, a language host and the launcher of dynamic providers", async () => {
  // Writes down what it was told.
  writeGo(`all="$*"; while [ "$1" != -o ]; do shift; done; { echo "$all"; /bin/cat go.mod; } > "$2"`);
  const bin = join(await making(), "bin");
  const told = readFileSync(join(bin, "pulumi"), "utf8");
  expect(told).toContain(`common/version.Version=${version}`);
  expect(told).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${version}`);
  expect(readFileSync(join(bin, "pulumi-resource-pulumi-nodejs"), "utf8")).toContain("cmd/dynamic-provider");
  const host = readFileSync(join(bin, "pulumi-language-nodejs"), "utf8");
  expect(host).toContain("#!/usr/bin/env node");
  // It outlives the folder that it was made from.
  const required = [...host.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
  expect(required).toContain("http2");
  expect(required.filter((name) => !builtinModules.includes(name.replace(/^node:/, "")))).toEqual([]);
  expect(host).not.toContain(process.cwd());
});

test("the build says that Go is missing", async () => {
  await expect(making()).rejects.toThrow("go cannot be started");
});

test("the build says what Go said last", async () => {
  writeGo(`echo "go: downloading example.com/x v1" >&2; echo "no such module" >&2; exit 1`);
  const error = await making().catch(String);
  expect(error).toContain("go ended with 1 | no such module");
  expect(error).not.toContain("downloading");
});
