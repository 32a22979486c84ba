import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  checkCli,
  checkNode,
  checkOwnPackage,
  checkSdk,
} from "../../../provider/src/cli/doctor/installation";
import { programFolder } from "../../../provider/src/cli/doctor/project";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openai-doctor-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function install(version: unknown): Promise<void> {
  const sdk = join(folder, "node_modules", "@pulumi", "pulumi");
  await mkdir(sdk, { recursive: true });
  await writeFile(join(sdk, "package.json"), JSON.stringify({ name: "@pulumi/pulumi", version }));
}

test.each([
  ["20.18.0", false],
  ["20.18.1", true],
  ["22.0.0", true],
  ["18.99.99", false],
])("Node.js %s: %s", (version, ok) => {
  const needed = ok ? "" : `, but the package needs ${OWN_PACKAGE.engines.node}`;
  expect(checkNode(version)).toEqual({ ok, message: `Node.js ${version}${needed}` });
});

test.each([
  ["3.216.0", true],
  ["3.216.10", true],
  ["3.300.0", true],
  ["3.215.99", false],
  ["4.0.0", false],
  ["2.999.999", false],
  ["nonsense", false],
])("the SDK %s: %s", async (version, ok) => {
  await install(version);
  const needed = ok ? "" : `, but the package needs ${OWN_PACKAGE.peerDependencies["@pulumi/pulumi"] ?? ""}`;
  expect(checkSdk(folder)).toEqual({ ok, message: `@pulumi/pulumi ${version}${needed}` });
});

test("an SDK without a version does not count, and one above the program is found", async () => {
  await install(7);
  expect(checkSdk(folder)).toEqual({
    ok: false,
    message: `@pulumi/pulumi is not installed for the program in "${folder}". There, run: npm install @pulumi/pulumi`,
  });
  await install("3.300.0");
  expect(checkSdk(join(folder, "infra", "people")).ok).toBe(true);
});

test("this package is shown with its version", () => {
  expect(checkOwnPackage(__dirname)).toEqual({
    ok: true,
    message: `pulumi-openai-organization ${OWN_PACKAGE.version}`,
  });
});

test("under Yarn's Plug'n'Play nothing is installed as far as the engine knows, whatever a command finds", async () => {
  await writeFile(join(folder, ".pnp.cjs"), "");
  const { ok, message } = checkOwnPackage(folder);
  expect(ok).toBe(false);
  expect(message).toMatch(
    /run: yarn config set nodeLinker node-modules && yarn add .*pulumi up cannot run under/,
  );
});

describe("the folder of the program", () => {
  test("there is none without a project", () => {
    expect(programFolder(folder)).toBeUndefined();
  });

  test.each([
    ["Pulumi.yaml", "name: x\nruntime: nodejs\n", ""],
    ["Pulumi.yml", "name: x\n", ""],
    ["Pulumi.yaml", "name: x\nmain: infra/\nruntime: nodejs\n", "infra"],
    ["Pulumi.yaml", "main: './infra' # where it is\r\nname: x\n", "infra"],
    ["Pulumi.yaml", "main: infra/index.js\n", "infra"],
    ["Pulumi.yaml", "config:\n  main: other\n", ""],
    ["Pulumi.json", '{ "name": "x", "main": "infra" }', "infra"],
  ])("%s: %j", async (file, text, expected) => {
    await mkdir(join(folder, "infra", "deep"), { recursive: true });
    await writeFile(join(folder, "infra", "index.js"), "");
    await writeFile(join(folder, file), text);
    for (const from of [folder, join(folder, "infra", "deep")]) {
      expect(programFolder(from)).toBe(join(folder, expected));
    }
  });
});

test.each([
  [
    "that answers",
    'if [ "$1" = version ]; then echo "v3.9.9"; echo; fi',
    { ok: true, message: "pulumi CLI v3.9.9" },
  ],
  [
    "that looks for updates, unless it is told not to",
    'echo "skips: $PULUMI_SKIP_UPDATE_CHECK"',
    { ok: true, message: "pulumi CLI skips: true" },
  ],
  [
    "that fails",
    "exit 3",
    { ok: false, message: 'The pulumi CLI on the PATH does not run: "pulumi version" failed.' },
  ],
])("a CLI %s", async (_what, script, check) => {
  await writeFile(join(folder, "pulumi"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "pulumi"), 0o755);
  expect(await checkCli({ PATH: folder })).toEqual(check);
});

test("no CLI", async () => {
  expect(await checkCli({ PATH: folder })).toEqual({
    ok: false,
    message: "There is no pulumi CLI on the PATH. To install it: https://www.pulumi.com/docs/install/",
  });
});
