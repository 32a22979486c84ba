import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { homeOf } from "../../tools/pulumi-cli/home";
import { repositoryOf } from "../../tools/release/repository";
import type { RunResult } from "../../tools/sandbox";
import { hasYaml } from "../engine/doors";
import { closing, pulumiCommand, startEngine, TOP, type Engine } from "../engine/engine";
import { YAML } from "./smoke";

const isHere = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args).status === 0;
const isUnix = process.platform !== "win32";
const hasTools = isUnix && isHere("go", "version") && isHere("python3", "-m", "venv", "--help");

/** These download a Node.js, or an SDK of Python, and take a minute. */
const whereAsked = process.env.TEST_EXECUTABLE === "true" ? test : test.skip;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pulumi-openai-release-"));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs one of the tools that make a release, which writes into a folder there. Returns the path that it prints last. */
async function made(tool: "archive" | "sdks", name: string, ...options: readonly string[]): Promise<string> {
  const main = join(TOP, "tools", tool, "main.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [
    main,
    "--out",
    join(folder, name),
    ...options,
  ]);
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

let archived: Promise<string> | undefined;

/** Serves the archive without Node.js as the releases of a repository do. Returns the repository's address. */
async function serveRelease(): Promise<string> {
  const path = await (archived ??= made("archive", "script", "--without-node"));
  const served = `/acme/roles/releases/download/v${OWN_PACKAGE.version}/${basename(path)}`;
  const server = createServer((request, response) => {
    if (request.url !== served) response.writeHead(404).end();
    else void readFile(path).then((file) => response.end(file));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing({
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/roles`;
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

(hasYaml && isUnix ? test : test.skip)(
  "the archive without Node.js, from where the schema says, serves a YAML project without a package or a plugins block",
  async () => {
    const repository = { url: `git+${await serveRelease()}.git` };
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
    await install(engine, "--file", await made("archive", "executable"));
    await expect(engine.sandbox.run("node", ["--version"])).rejects.toThrow("ENOENT");
    await live(engine);
  },
  600_000,
);

/** Runs a program without a language host: in this process, by the Automation API. */
const RUN = `
import sys, pulumi, pulumi_openai_organization as openai
from pulumi import automation

def program():
    openai.OrganizationUserRole("bob", email="bob@example.com", role=sys.argv[2])
    pulumi.export("first", openai.get_organization_users_output(role="owner").users[0].email)

stack = automation.create_or_select_stack("dev", "people", program, opts=automation.LocalWorkspaceOptions(work_dir="."))
getattr(stack, sys.argv[1])(on_output=print)
`;

(hasTools ? whereAsked : test.skip)(
  "the wheel in a virtual environment is all that a Python program needs: Pulumi gets the plugin from the release (with TEST_EXECUTABLE=true)",
  async () => {
    const repository = await serveRelease();
    const wheel = await made("sdks", "sdks", "--repository", repository);
    const go = join(folder, "sdks", "go", "openaiorganization", "internal", "pulumiUtilities.go");
    expect(await readFile(go, "utf8")).toContain(`${repository}/releases/download/`);

    const engine = await startEngine({
      nodeModules: null,
      files: { "Pulumi.yaml": "name: people\nruntime: python\n", "main.py": RUN },
      env: { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: undefined },
    });
    const { sandbox, organization } = engine;
    const runs = async (command: string, ...args: readonly string[]): Promise<RunResult> => {
      const own = [dirname(await pulumiCommand()), dirname(process.execPath)];
      const PATH = ["venv/bin", ...own, "/usr/bin", "/bin"].join(delimiter);
      const result = await sandbox.run(command, args, { env: { PATH } });
      expect(result).toMatchObject({ code: 0 });
      return result;
    };
    const { version } = homeOf(process.env);
    const python = join(sandbox.folder, "venv", "bin", "python");
    expect((await sandbox.run("python3", ["-m", "venv", "venv"])).code).toBe(0);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await runs(python, ...pip, `pulumi==${version}`, wheel);

    await runs(python, "main.py", "up", "owner");
    expect(engine.roleOf("user-bob")).toBe("owner");
    organization.users.change("user-bob", { role: "member" });
    expect((await runs(python, "main.py", "preview", "owner")).output).toContain("plan: promote");
  },
  900_000,
);
