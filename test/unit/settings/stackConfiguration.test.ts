import { join } from "node:path";

import { stackFiles } from "../../../provider/src/settings/projectFiles";
import {
  configurationProblems,
  configurationWarnings,
  PLAIN_KEY,
} from "../../../provider/src/settings/stackConfiguration";
import { SETTING_NAMES } from "../../../provider/src/settings/table";
import { stackProblems } from "../../../provider/src/cli/doctor/doctorSettings";
import { folderWith } from "../../folderWith";

function keys(...all: string[]) {
  return all.map((key) => ({ key, isSecret: true }));
}

test("every setting is taken under openai-organization:, and refused with its new name under openai:", () => {
  for (const name of SETTING_NAMES) {
    expect(configurationProblems(keys(`openai-organization:${name}`))).toEqual([]);
    if (name === "baseUrl") continue;
    expect(configurationProblems(keys(`openai:${name}`))).toEqual([
      `The setting openai:${name} is now called openai-organization:${name}. Rename it in the stack configuration.`,
    ]);
  }
});

test("another package's settings are left alone, but for a warning if the names are the same", () => {
  const others = keys("openai:apiToken", "openai:baseUrl", "people:minOwner", "openai-organizations:x");
  expect(configurationProblems(others)).toEqual([]);
  expect(configurationWarnings(others)).toEqual([
    "openai:baseUrl is not read. If it is meant for this provider, its name is openai-organization:baseUrl.",
  ]);
  expect(configurationWarnings(keys("openai-organization:baseUrl"))).toEqual([]);
});

test("all that is wrong is said at once", () => {
  const all = [
    ...keys("openai-organization:maxRemoval", "openai-organization:constructor"),
    { key: "openai-organization:adminKey", isSecret: false },
  ];
  expect(configurationProblems(all)).toEqual([
    'There is no setting "openai-organization:maxRemoval". Did you mean openai-organization:maxRemovals?',
    expect.stringContaining('There is no setting "openai-organization:constructor". There are: adminKey, '),
    PLAIN_KEY,
  ]);
});

test.each([
  ["plain", "config:\n  openai-organization:adminKey: sk-admin-x\n", false],
  ["as an object", "config:\n  openai-organization:adminKey:\n    value: sk-admin-x\n", false],
  ["secret, on Windows", "config:\r\n  openai-organization:adminKey:\r\n    secure: v1:x:y\r\n", true],
  ["secret, in one line", "config:\n  openai-organization:adminKey: { secure: v1:x:y }\n", true],
])("a stack's file tells whether the key is a secret: %s", (_how, text, isSecret) => {
  const folder = folderWith({ "Pulumi.yaml": "name: people\n", "Pulumi.dev.yaml": text });
  const project = join(folder, "Pulumi.yaml");
  const configured = [{ key: "openai-organization:adminKey", isSecret }];
  expect(stackFiles(project)).toEqual([{ name: "Pulumi.dev.yaml", stack: "dev", configured }]);
  expect(stackProblems(project)).toEqual(isSecret ? [] : [`Pulumi.dev.yaml: ${PLAIN_KEY}`]);
});

test("stack files are found in the folder that the project names", () => {
  const folder = folderWith({
    "Pulumi.yaml": "name: people\nstackConfigDir: stacks # not here\n",
    "Pulumi.dev.yaml": "config:\n  openai:minOwners: 2\n",
    "stacks/Pulumi.prod.yaml": "config:\n  openai:minOwners:\n  openai-organization:minOwner: 2\n",
  });
  expect(stackProblems(join(folder, "Pulumi.yaml"))).toEqual([
    expect.stringMatching(/^Pulumi\.prod\.yaml: The setting openai:minOwners is now called /),
    expect.stringMatching(/^Pulumi\.prod\.yaml: There is no setting "openai-organization:minOwner"\. /),
  ]);
});
