import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { yamlHost } from "../../tools/pulumi-cli";
import { executableIn, homeOf } from "../../tools/pulumi-cli/home";
import { Sandbox } from "../../tools/sandbox";
import { closing, pulumiCommand, startEngine, TOP, type EngineOptions } from "../engine/engine";
import { npmInstall, PINNED_SDK, runs, tarball, whereAsked } from "./packing";
import { smoke, TYPESCRIPT, YAML } from "./smoke";

const PINNED_CLI = homeOf(process.env).version;
/** The newest that was tried: `npm run pulumi:install -- 3.276.0` gets it. */
const NEWEST_CLI = "3.276.0";

/** The ranges begin with it: `^` and `>=` of a version. */
const OLDEST_SDK = OWN_PACKAGE.peerDependencies["@pulumi/pulumi"]?.slice(1) ?? "";
const OLDEST_NODE = OWN_PACKAGE.engines.node.slice(2);

/** From 3.249.0 on, the SDK needs Node.js 22. */
const VERSIONS = [
  { cli: PINNED_CLI, sdk: OLDEST_SDK, nodes: [OLDEST_NODE, "22", "24"] },
  { cli: PINNED_CLI, sdk: PINNED_SDK, nodes: ["20", "22", "24"] },
  { cli: PINNED_CLI, sdk: "latest", nodes: ["22", "24"] },
  { cli: NEWEST_CLI, sdk: OLDEST_SDK, nodes: [OLDEST_NODE] },
  { cli: NEWEST_CLI, sdk: PINNED_SDK, nodes: ["20"] },
  { cli: NEWEST_CLI, sdk: "latest", nodes: ["22", "24"] },
].flatMap(({ nodes, ...versions }) => nodes.map((node) => ({ ...versions, node })));

/** The pinned CLI is got where there is none. Another one may take many minutes to get, which nobody has asked for. */
const isHere = (cli: string): boolean =>
  cli === PINNED_CLI || existsSync(executableIn(homeOf(process.env, cli).folder, "pulumi"));

/** The binary of Node.js, which npm carries as one package for each platform. */
const BINARY = `node-${process.platform}-${process.arch}`;

jest.setTimeout(600_000);

whereAsked.each(
  VERSIONS.filter(({ cli }) => isHere(cli)).map((versions) => {
    const withYaml = yamlHost(process.env, versions.cli) !== undefined;
    return { ...versions, withYaml, languages: withYaml ? "TypeScript and YAML" : "TypeScript" };
  }),
)(
  "the packed tarball serves $languages with CLI $cli, @pulumi/pulumi $sdk and Node.js $node (with TEST_EVERY_VERSION=true)",
  async ({ cli, sdk, node, withYaml }) => {
    const pulumi = await pulumiCommand(cli);
    const { bin } = await nodeJs(pulumi, node);
    // The program, its language host and the provider process all run the first Node.js on the path.
    const options = (...path: readonly string[]): EngineOptions => ({
      cli,
      nodeModules: null,
      env: { PATH: [bin, ...path, dirname(pulumi), process.env.PATH].join(delimiter) },
    });
    const engine = await startEngine({ ...options(), files: TYPESCRIPT.files });
    await npmInstall(engine.sandbox, await tarball(), `@pulumi/pulumi@${sdk}`);
    const starting = (version: string): unknown => expect.stringMatching(`^${version}\\b`);
    expect(await smoke(engine, TYPESCRIPT, join(bin, "node"))).toEqual({
      node: starting(node),
      sdk: starting(sdk === "latest" ? "3" : sdk),
    });
    // What docs/TROUBLESHOOTING.md explains: the SDK's dynamic provider is asked to read what was never created.
    const imported = ["import", "pulumi-nodejs:dynamic/openai:OrganizationUserRole", "erin", "user-erin"];
    expect(await engine.tries([...imported, "--yes"])).toMatchObject({
      requests: [],
      output: expect.stringMatching(
        /code must be a string, not undefined|Cannot read properties of undefined/,
      ) as unknown,
    });

    if (!withYaml) return;
    const nodeModules = join(engine.sandbox.folder, "node_modules");
    const inYaml = await startEngine({
      ...options(join(nodeModules, ".bin")),
      files: YAML.files,
      nodeModules,
    });
    await smoke(inYaml, YAML, join(bin, "node"));
  },
);

const ABSENT = VERSIONS.filter(({ cli }) => !isHere(cli));
if (ABSENT.length > 0) {
  test.skip.each(ABSENT)(
    "with CLI $cli, @pulumi/pulumi $sdk and Node.js $node: skipped, as npm run pulumi:install -- $cli was not run",
    () => undefined,
  );
}

whereAsked(
  "OpenAI's newest client, which needs Node.js 22, finds in the emulator what it expects (with TEST_EVERY_VERSION=true)",
  async () => {
    const { bin, sandbox } = await nodeJs(await pulumiCommand(), "22");
    await npmInstall(sandbox, "openai@latest");
    const jest = [require.resolve("jest/bin/jest"), "--config", join(TOP, "jest.config.js")];
    const mapped = JSON.stringify({ "^openai$": join(sandbox.folder, "node_modules", "openai") });
    const files = ["test/emulator/", "test/api/client"];
    await runs(sandbox, join(bin, "node"), ...jest, "--moduleNameMapper", mapped, ...files);
  },
);

/** A Node.js of some version, in a sandbox of its own. */
async function nodeJs(pulumi: string, version: string): Promise<{ bin: string; sandbox: Sandbox }> {
  const sandbox = closing(await Sandbox.open({ pulumi }));
  await npmInstall(sandbox, `${BINARY}@${version}`);
  return { sandbox, bin: join(sandbox.folder, "node_modules", BINARY, "bin") };
}
