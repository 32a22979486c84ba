import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { hasYaml } from "../engine/doors";
import { repositoryOf } from "../../tools/release/repository";
import { closing, pulumiCommand, startEngine, TOP, type Engine } from "../engine/engine";
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

/** Starts a project where nothing else is: no package, and on PATH only the CLI and some folders. */
async function startBare(...onPath: readonly string[]): Promise<Engine> {
  const PATH = [dirname(await pulumiCommand()), ...onPath].join(delimiter);
  return startEngine({ nodeModules: null, files: YAML.files, env: { PATH } });
}

/** Runs `pulumi plugin install`, which knows no stack. */
async function install({ sandbox }: Engine, ...from: readonly string[]): Promise<void> {
  const plugin = ["resource", "openai-organization", OWN_PACKAGE.version];
  const { code, output } = await sandbox.pulumi(["plugin", "install", ...plugin, ...from]);
  expect({ code, output }).toMatchObject({ code: 0 });
}

/** Serves archives as the releases of a repository do. Returns the repository's address. */
async function serveReleases(): Promise<string> {
  const release = `/acme/roles/releases/download/v${OWN_PACKAGE.version}/`;
  const server = createServer((request, response) => {
    const { url = "" } = request;
    if (!url.startsWith(release)) response.writeHead(404).end();
    else void readFile(join(folder, url.slice(release.length))).then((file) => response.end(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing({
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/roles`;
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
  "the archive without Node.js, from where the schema says, serves a YAML project without a package or a plugins block",
  async () => {
    await archive("--without-node");
    const engine = await startBare(dirname(process.execPath), "/usr/bin");
    const repository = { url: `git+${await serveReleases()}.git` };
    const { schema } = repositoryOf({ repository, version: OWN_PACKAGE.version }) ?? {};
    await install(engine, "--server", schema?.pluginDownloadURL ?? "");
    await live(engine);
  },
);

(hasYaml ? whereAsked : test.skip)(
  "the archive with Node.js serves it where there is no Node.js on PATH (with TEST_EXECUTABLE=true)",
  async () => {
    const engine = await startBare();
    await install(engine, "--file", await archive());
    await expect(engine.sandbox.run("node", ["--version"])).rejects.toThrow("ENOENT");
    await live(engine);
  },
  600_000,
);
