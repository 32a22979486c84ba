import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkPlugin } from "../../../provider/src/cli/doctor/plugin";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openai-plugin-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function project(plugins: string): Promise<string> {
  await mkdir(join(folder, "infra"));
  await writeFile(join(folder, "infra", "Pulumi.yaml"), `name: x\nruntime: yaml\n${plugins}resources: {}\n`);
  return join(folder, "infra");
}

async function install(...path: readonly string[]): Promise<void> {
  const bin = join(folder, ...path, "node_modules", ".bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "pulumi-resource-openai-organization"), "");
}

const plugins = (path: string): string =>
  `plugins:\n  providers:\n    # npm puts it there.\n    - name: openai-organization\n      path: ${path}\n`;

const ABOVE =
  '"node_modules/.bin", where Pulumi finds none. npm has put it above, as in a workspace: write path: ../node_modules/.bin';

test.each<[string, string, string[] | undefined, boolean, string]>([
  ["where the project says", plugins("node_modules/.bin"), ["infra"], true, 'is in "node_modules/.bin"'],
  ["above, as in a workspace", plugins("node_modules/.bin"), [], false, ABOVE],
  ["above, and the path is quoted", plugins('"node_modules/.bin" # here'), [], false, ABOVE],
  ["nowhere", plugins("node_modules/.bin"), undefined, false, "run: npm install pulumi-openai-organization"],
  [
    "where the project says, among other providers, and whatever comes first",
    "plugins:\n  providers:\n    - name: random\n      path: elsewhere\n    - path: node_modules/.bin\n      name: openai-organization\n",
    ["infra"],
    true,
    'is in "node_modules/.bin"',
  ],
])("a plugin that is %s", async (_where, text, installed, ok, said) => {
  const infra = await project(text);
  if (installed !== undefined) await install(...installed);
  expect(checkPlugin(infra)).toEqual({ ok, message: expect.stringContaining(said) as unknown });
});

test.each([
  ["no plugins", ""],
  ["another provider", "plugins:\n  providers:\n    - name: random\n      path: nowhere\n"],
  [
    "a provider without a path",
    "plugins:\n  providers:\n    - name: openai-organization\n      version: 1.0.0\n",
  ],
])("%s: Pulumi looks for it by itself", async (_what, text) => {
  expect(checkPlugin(await project(text))).toBeUndefined();
});

test("outside of a project there is nothing to check", () => {
  expect(checkPlugin(folder)).toBeUndefined();
});
