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

test("the plugin of a YAML project is where the project says", async () => {
  const infra = await project(plugins("node_modules/.bin"));
  await install("infra");
  expect(checkPlugin(infra)).toEqual({ ok: true, text: 'The plugin is in "node_modules/.bin"' });
});

test.each([["node_modules/.bin"], ['"node_modules/.bin" # here']])(
  "in a workspace npm puts it above, and the right path is named instead of %s",
  async (path) => {
    const infra = await project(plugins(path));
    await install();
    expect(checkPlugin(infra)).toEqual({
      ok: false,
      text:
        `"${join(infra, "Pulumi.yaml")}" says that the plugin is in "node_modules/.bin", where Pulumi finds none. ` +
        "npm has put it above, as in a workspace: write path: ../node_modules/.bin",
    });
  },
);

test("a plugin that is nowhere has to be installed", async () => {
  const infra = await project(plugins("node_modules/.bin"));
  expect(checkPlugin(infra)?.text).toMatch(/There, run: npm install pulumi-openai-organization$/);
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

test("among other providers, and whatever comes first, it is the provider's own path that counts", async () => {
  const infra = await project(
    "plugins:\n  providers:\n    - name: random\n      path: elsewhere\n    - path: node_modules/.bin\n      name: openai-organization\n",
  );
  await install("infra");
  expect(checkPlugin(infra)).toMatchObject({ ok: true });
});

test("outside of a project there is nothing to check", () => {
  expect(checkPlugin(folder)).toBeUndefined();
});
