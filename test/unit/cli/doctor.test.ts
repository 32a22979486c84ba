import { join } from "node:path";

import { checkPlugin } from "../../../provider/src/cli/doctor/plugin";
import { folderWith } from "../../folderWith";
import {
  checkCli,
  checkNode,
  checkOwnPackage,
  checkSdk,
} from "../../../provider/src/cli/doctor/installation";
import { programFolder } from "../../../provider/src/cli/doctor/project";
import { projectFile } from "../../../provider/src/settings/projectFiles";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { adoption } from "../../../provider/src/cli/adopt/adoption";
import { yamlProgram } from "../../../provider/src/cli/adopt/yamlProgram";
import { emptyEntries } from "../../../provider/src/cli/doctor/emptyEntries";
import { load } from "./yaml";

/** What a project says of providers; the plugin is below a folder, if any. */
function check(providers: readonly string[], below?: string) {
  const yaml = ["name: x", "runtime: yaml", ...providers, "resources: {}"].join("\n");
  const plugin = below !== undefined && {
    [`${below}/node_modules/.bin/pulumi-resource-openai-organization`]: "",
  };
  return checkPlugin(join(folderWith({ "infra/Pulumi.yaml": yaml, ...plugin }), "infra", "Pulumi.yaml"));
}

const PROVIDERS = ["plugins:", "  providers:"];

const at = (path: string) => [
  ...PROVIDERS,
  "    # npm puts it there.",
  "    - name: openai-organization",
  `      path: ${path}`,
];

const AMONG_OTHERS = [
  ...PROVIDERS,
  ...["    - name: random", "      path: elsewhere"],
  ...["    - path: node_modules/.bin", "      name: openai-organization"],
];

const ABOVE =
  '"node_modules/.bin", where Pulumi finds none. npm has put it above, as in a workspace: write path: ../node_modules/.bin';

test.each<[string, string[], string | undefined, boolean, string]>([
  ["where the project says", at("node_modules/.bin"), "infra", true, 'is in "node_modules/.bin"'],
  ["where it says, among other providers", AMONG_OTHERS, "infra", true, 'is in "node_modules/.bin"'],
  ["where it says, on Windows", at("node_modules/.bin\r"), "infra", true, 'is in "node_modules/.bin"'],
  ["above, as in a workspace", at("node_modules/.bin"), ".", false, ABOVE],
  ["above, and the path is quoted", at('"node_modules/.bin" # here'), ".", false, ABOVE],
  ["nowhere", at("node_modules/.bin"), undefined, false, "run: npm install pulumi-openai-organization"],
])("a plugin that is %s", (_where, providers, below, ok, said) => {
  expect(check(providers, below)).toEqual({ ok, message: expect.stringContaining(said) as unknown });
});

test.each([
  ["no plugins", []],
  ["another provider", [...PROVIDERS, "    - name: random", "      path: nowhere"]],
  ["a provider without a path", [...PROVIDERS, "    - name: openai-organization", "      version: 1.0.0"]],
])("%s: Pulumi looks for it by itself", (_what, providers) => {
  expect(check(providers)).toBeUndefined();
});

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

const roster = (...members: string[]): string => `
name: people
runtime: yaml
resources:
  people:
    properties:
      undeclaredMembers: remove
      members: # who
${members.map((line) => `        ${line}\n`).join("")}      # everybody else
      absent: 
    type: openai-organization:OrganizationRoster # everybody
  team:
    type: github:Team
    properties:
      members:
        nobody@example.com:
`;

test.each([
  ["plain", "x@example.com:", ["x@example.com"]],
  ["plain, with a space and a comment", "user-1 :   # later: owner", ["user-1"]],
  ["in double quotes", '"x@example.com":', ["x@example.com"]],
  ["in single quotes", "'x@example.com': ~", ["x@example.com"]],
  ["null", "x@example.com: null", ["x@example.com"]],
  ["with a role", "x@example.com: owner # or null:", []],
  ["with a role in quotes", `"x@example.com": 'member'`, []],
  ["with an expression", "x@example.com: ${role}", []],
  ["commented out", "# x@example.com:", []],
])("an entry that is %s", (_how, line, empty) => {
  for (const text of [roster(line), roster("a@example.com: owner", line, "b@example.com: member")])
    for (const project of [text, text.replaceAll("\n", "\r\n")]) expect(emptyEntries(project)).toEqual(empty);
  // What YAML reads is what the host drops.
  const { resources } = load(roster(line)) as {
    resources: { people: { properties: { members: object | null } } };
  };
  const members = Object.entries(resources.people.properties.members ?? {});
  expect(members.filter(([, role]) => role === null).map(([entry]) => entry)).toEqual(empty);
});

const ANOTHER = `
  more:
    type: "openai-organization:index:OrganizationRoster"
    properties:
      members:
        z@example.com:
`;

test.each([
  [
    "an entry that goes on in the next line",
    roster("x@example.com:", "  fn::secret: owner", "y@example.com:"),
    ["y@example.com"],
  ],
  ["two rosters", `${roster("a@example.com: owner")}${ANOTHER}`, ["z@example.com"]],
  ["other people's members", roster("a@example.com:").replace("OrganizationRoster", "Other"), []],
  ["a program of another language", "name: people\nruntime: nodejs\n", []],
  ["a project in JSON", '{"name": "people", "runtime": "yaml"}', []],
])("entries without a role are found, or none: %s", (_what, project, empty) => {
  expect(emptyEntries(project)).toEqual(empty);
});

test("what adopt writes is whole, until a role is deleted", () => {
  const users = [{ userId: "user-1", email: "alice@example.com", role: "owner" }];
  const program = yamlProgram(adoption(users, undefined, "roster"), "acme");
  expect(emptyEntries(program)).toEqual([]);
  expect(emptyEntries(program.replace(/: owner$/m, ":"))).toEqual(["alice@example.com"]);
});
