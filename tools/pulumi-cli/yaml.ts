import { existsSync } from "node:fs";
import { join } from "node:path";
import { goBuild } from "./go";
import { executableIn, homeOf } from "./home";
import { install, type Installer } from "./install";
import { messageOf, type Log } from "./run";

const MODULE = "github.com/pulumi/pulumi-yaml";
const VERSION = "1.25.0";

/** Options of {@link ensureYamlHost}. Only tests need others than the defaults. */
export interface EnsureYamlHostOptions {
  /** Gets the lines that say what is done and how long it may take. Default: standard output. */
  readonly log?: Log;
  /** Where PULUMI_HOME and PATH are read. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
  /** The version of the CLI that it belongs to. Default: that of the dev dependency `pulumi`. */
  readonly version?: string | undefined;
  /** How to build. Default: from the Go module. */
  readonly build?: Installer;
}

/**
 * The language host for Pulumi YAML beside the CLI; undefined if there is none, so that no program in YAML
 * can run.
 */
export function yamlHost(env: NodeJS.ProcessEnv = process.env, version?: string): string | undefined {
  const host = executableIn(homeOf(env, version).folder, "pulumi-language-yaml");
  return existsSync(host) ? host : undefined;
}

/** Builds the language host for Pulumi YAML for a CLI without one: official downloads include it. */
export async function ensureYamlHost(options: EnsureYamlHostOptions = {}): Promise<string | undefined> {
  const { log = console.log, env = process.env, version, build = buildYamlHost } = options;
  const home = homeOf(env, version);
  if (yamlHost(env, version) !== undefined) return yamlHost(env, version);
  try {
    await install(build, executableIn(home.folder, "pulumi-language-yaml"), home, { env, log });
    log("The language host for Pulumi YAML was installed.");
  } catch (error) {
    log(
      `There is no language host for Pulumi YAML, and tests that need it are skipped: ${messageOf(error)}.`,
    );
  }
  return yamlHost(env, version);
}

const buildYamlHost: Installer = async (context) => {
  context.log(`Building the language host for Pulumi YAML ${VERSION}: about 3 minutes on two cores, once.`);
  const program = {
    module: `${MODULE} v${VERSION}`,
    main: `${MODULE}/cmd/pulumi-language-yaml`,
    packages: 700,
    version: [`${MODULE}/pkg/version.Version`, VERSION],
  } as const;
  const host = join(context.staging, "pulumi-language-yaml");
  await goBuild(program, host, context);
  return host;
};
