import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { hasYaml } from "../engine/doors";
import { pulumiCommand, startEngine, TOP, type Engine } from "../engine/engine";
import { YAML } from "./smoke";

/** It downloads a Node.js, and packs it for half a minute. */
const whereAsked = process.env.TEST_EXECUTABLE === "true" ? test : test.skip;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openai-archive-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Makes an archive. Its path is the last line that this prints. */
async function archive(...options: readonly string[]): Promise<string> {
  const main = join(TOP, "tools", "archive", "main.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [main, "--out", folder, ...options]);
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

/** Installs it where nothing else is: no package, and on PATH only the CLI and some folders. */
async function installed(path: string, ...onPath: readonly string[]): Promise<Engine> {
  const PATH = [dirname(await pulumiCommand()), ...onPath].join(delimiter);
  const engine = await startEngine({ nodeModules: null, files: YAML.files, env: { PATH } });
  const [name, version] = ["openai-organization", OWN_PACKAGE.version];
  // The CLI takes no stack for it.
  const { code, output } = await engine.sandbox.pulumi([
    ...["plugin", "install", "resource", name, version],
    ...["--file", path],
  ]);
  expect({ code, output }).toMatchObject({ code: 0 });
  return engine;
}

/** Up, data source, drift, repair, a roster, destroy. */
async function live(engine: Engine): Promise<void> {
  const up = await engine.up();
  expect(up.writes).toEqual(["modify_user user-bob owner"]);
  expect(up.output).not.toContain("warning");
  expect(await engine.outputs()).toEqual({ userId: "user-bob", first: "alice@example.com" });
  engine.organization.users.change("user-bob", { role: "member" });
  const { output } = await engine.fails("preview", "--refresh", "--diff", "--expect-no-changes");
  expect(output).toMatch(/~ role *: "member" => "owner"/);
  expect((await engine.up("--refresh")).writes).toEqual(["modify_user user-bob owner"]);
  for (const [path, text] of Object.entries(YAML.rostered)) await engine.sandbox.write(path, text);
  expect((await engine.up()).writes).toEqual(["delete_user user-dan"]);
  expect((await engine.destroy()).writes).toEqual([]);
}

(hasYaml && process.platform !== "win32" ? test : test.skip)(
  "the archive without Node.js serves a YAML project that has no package and no plugins block",
  async () => {
    await live(await installed(await archive("--without-node"), dirname(process.execPath), "/usr/bin"));
  },
);

(hasYaml ? whereAsked : test.skip)(
  "the archive with Node.js serves it where there is no Node.js on PATH (with TEST_EXECUTABLE=true)",
  async () => {
    const engine = await installed(await archive());
    await expect(engine.sandbox.run("node", ["--version"])).rejects.toThrow("ENOENT");
    await live(engine);
  },
);
