import { existsSync, mkdirSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { ensurePulumi, type EnsurePulumiOptions } from "../../../tools/pulumi-cli/ensure";
import type { Installer } from "../../../tools/pulumi-cli/install";
import { ensureYamlHost, yamlHost } from "../../../tools/pulumi-cli/yaml";
import { makeScratch, version, writeScript, type Scratch } from "./fakes";

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
