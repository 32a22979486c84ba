import { delimiter, dirname } from "node:path";

import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { hasYaml } from "../engine/doors";
import { repositoryOf } from "../../tools/release/repository";
import { pulumiCommand, startEngine, type Engine } from "../engine/engine";
import { archive, serveReleases } from "./releases";
import { YAML } from "./smoke";

/** It downloads a Node.js, and packs it for half a minute. */
const whereAsked = process.env.TEST_EXECUTABLE === "true" ? test : test.skip;

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

/** Up with a data source, drift, and a roster. */
async function live(engine: Engine): Promise<void> {
  const up = await engine.up();
  expect(up.writes).toEqual(["modify_user user-bob owner"]);
  expect(up.output).not.toContain("warning");
  expect(await engine.outputs()).toEqual({ userId: "user-bob", first: "alice@example.com" });
  engine.organization.users.change("user-bob", { role: "member" });
  for (const [path, text] of Object.entries(YAML.rostered)) await engine.sandbox.write(path, text);
  const { writes } = await engine.up("--refresh");
  expect(writes.toSorted()).toEqual(["delete_user user-dan", "modify_user user-bob owner"]);
}

(hasYaml && process.platform !== "win32" ? test : test.skip)(
  "the archive without Node.js, from where the schema says, serves a YAML project without a package or a plugins block",
  async () => {
    const repository = { url: `git+${await serveReleases(await archive("--without-node"))}.git` };
    const engine = await startBare(dirname(process.execPath), "/usr/bin");
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
