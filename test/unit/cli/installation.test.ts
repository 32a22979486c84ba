import { join } from "node:path";

import {
  checkCli,
  checkNode,
  checkOwnPackage,
  checkSdk,
} from "../../../provider/src/cli/doctor/installation";
import { programFolder } from "../../../provider/src/cli/doctor/project";
import { projectFile } from "../../../provider/src/settings/projectFiles";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { folderWith } from "../../folderWith";

const SDK = "@pulumi/pulumi";

function needed(ok: boolean, range = ""): string {
  return ok ? "" : `, but the package needs ${range}`;
}

function withSdk(version: unknown): string {
  return folderWith({ [`node_modules/${SDK}/package.json`]: JSON.stringify({ name: SDK, version }) });
}

test.each([
  ["20.18.0", false],
  ["20.18.1", true],
  ["22.0.0", true],
])("Node.js %s: %s", (version, ok) => {
  expect(checkNode(version)).toEqual({
    ok,
    message: `Node.js ${version}${needed(ok, OWN_PACKAGE.engines.node)}`,
  });
});

test.each([
  ["3.216.0", true],
  ["3.300.0", true],
  ["3.215.99", false],
  ["4.0.0", false],
  ["3.99.0", false],
  ["nonsense", false],
])("the SDK %s, above the program: %s", (version, ok) => {
  const message = `${SDK} ${version}${needed(ok, OWN_PACKAGE.peerDependencies[SDK])}`;
  expect(checkSdk(join(withSdk(version), "infra", "people"))).toEqual({ ok, message });
});

test("an SDK without a version does not count", () => {
  const folder = withSdk(7);
  expect(checkSdk(folder)).toEqual({
    ok: false,
    message: `${SDK} is not installed for the program in "${folder}". There, run: npm install ${SDK}`,
  });
});

test("this package is shown with its version", () => {
  const message = `pulumi-openai-organization ${OWN_PACKAGE.version}`;
  expect(checkOwnPackage(__dirname)).toEqual({ ok: true, message });
});

test("under Yarn's Plug'n'Play nothing is installed as far as the engine knows, whatever a command finds", () => {
  const { ok, message } = checkOwnPackage(folderWith({ ".pnp.cjs": "" }));
  expect(ok).toBe(false);
  expect(message).toMatch(
    /run: yarn config set nodeLinker node-modules && yarn add .*pulumi up cannot run under/,
  );
});

test.each([
  ["Pulumi.yaml", "name: x\nruntime: nodejs\n", ""],
  ["Pulumi.yml", "name: x\n", ""],
  ["Pulumi.yaml", "name: x\nmain: infra/\nruntime: nodejs\n", "infra"],
  ["Pulumi.yaml", "main: './infra' # where it is\r\nname: x\n", "infra"],
  ["Pulumi.yaml", "main: infra/index.js\n", "infra"],
  ["Pulumi.yaml", "config:\n  main: other\n", ""],
  ["Pulumi.json", '{ "name": "x", "main": "infra" }', "infra"],
])("the folder of the program, by a %s of %j, here or above", (file, text, expected) => {
  const folder = folderWith({ [file]: text, "infra/index.js": "", "infra/deep/x.js": "" });
  expect(projectFile(join(folder, "infra", "deep"))).toBe(join(folder, file));
  expect(programFolder(join(folder, file))).toBe(join(folder, expected));
});

test("outside of a project there is none", () => {
  expect(projectFile(folderWith())).toBeUndefined();
});

const ANSWERS = '#!/bin/sh\necho "v3.9.9 $1 $PULUMI_SKIP_UPDATE_CHECK"; echo';
const NO_CLI = "There is no pulumi CLI on the PATH. To install it: https://www.pulumi.com/docs/install/";
const BROKEN = 'The pulumi CLI on the PATH does not run: "pulumi version" failed.';

test.each<[string, Record<string, string>, boolean, string]>([
  [
    "answers, and is told not to look for updates",
    { pulumi: ANSWERS },
    true,
    "pulumi CLI v3.9.9 version true",
  ],
  ["fails", { pulumi: "#!/bin/sh\nexit 3" }, false, BROKEN],
  ["is not there", {}, false, NO_CLI],
])("a CLI that %s", async (_what, files, ok, message) => {
  expect(await checkCli({ PATH: folderWith(files) })).toEqual({ ok, message });
});
