import { join } from "node:path";

import { checkPlugin } from "../../../provider/src/cli/doctor/plugin";
import { folderWith } from "../../folderWith";

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
