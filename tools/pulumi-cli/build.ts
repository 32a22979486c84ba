import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleLanguageHost, copyDynamicProviderLauncher } from "./bundle";
import { binaryIn } from "./home";
import type { InstallContext, Installer } from "./install";
import { versionOf } from "./locate";
import { CommandError, outputOf, run } from "./process";
import { beat, messageOf } from "./progress";

const cli = "github.com/pulumi/pulumi/pkg/v3";
/** Go cannot say it beforehand; an empty build cache makes it compile this many, the standard library included. */
const packagesInAll = 1_700;

/**
 * Builds the CLI from its published Go modules, and puts beside it what the modules do not hold: a language host
 * for Node.js and the launcher of dynamic providers.
 */
export const build: Installer = async (context) => {
  const { version, staging, env, log } = context;
  if (process.platform === "win32") throw new Error("building is for Linux and macOS");
  const go = await goVersion(env);

  const folder = join(staging, "made");
  await mkdir(join(folder, "bin"), { recursive: true });
  // First, because they take a moment, and a build of minutes should not fail at its end over them.
  await bundleLanguageHost(join(folder, "bin", "pulumi-language-nodejs"), version);
  await copyDynamicProviderLauncher(join(folder, "bin"));

  log(`Building the Pulumi CLI ${version} from its published Go modules, with ${go}.`);
  log("The first time this takes about a minute of download and 6 minutes of compiling on two cores;");
  log("with the modules compiled before, under a minute. It happens once: the CLI is kept.");
  await compile(context, binaryIn(folder));
  const built = await versionOf(binaryIn(folder), env);
  if (built !== version) throw new Error(`the CLI that was built says that its version is ${built}`);
  await outputOf(join(folder, "bin", "pulumi-language-nodejs"), ["--version"], env);
  return folder;
};

async function goVersion(env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await outputOf("go", ["version"], env)).replace(/^go version /, "");
  } catch (cause) {
    throw new Error("there is no working Go on PATH", { cause });
  }
}

async function compile(
  { version, staging, env, log, signal }: InstallContext,
  outfile: string,
): Promise<void> {
  const source = join(staging, "source");
  await mkdir(source);
  await writeFile(join(source, "go.mod"), goMod(version));
  let modules = 0;
  let packages = 0;
  const stopBeating = beat(log, (elapsed) =>
    packages === 0
      ? `  ${elapsed}: ${modules} modules downloaded`
      : `  ${elapsed}: ${packages} of about ${packagesInAll} packages compiled`,
  );
  const ldflags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  try {
    // -v names each package that is compiled. The bare go.mod is completed by -mod=mod.
    await run(
      "go",
      ["build", "-v", "-mod=mod", "-buildvcs=false", "-ldflags", ldflags, "-o", outfile, `${cli}/cmd/pulumi`],
      {
        cwd: source,
        // A Go workspace around the home folder is none of this build's business.
        env: { ...env, GOWORK: "off", PWD: source },
        signal,
        onLine: (line) => {
          if (line.startsWith("go: downloading ")) modules++;
          else if (!line.startsWith("go: ")) packages++;
        },
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`go build failed: ${withoutHosts(explain(error))}`, { cause: error });
  } finally {
    stopBeating();
  }
}

/** `replace` is what the CLI's own go.mod says; a replacement does not reach those who depend on a module. */
function goMod(version: string): string {
  return [
    "module pulumi-cli-build",
    "go 1.26",
    `require ${cli} v${version}`,
    "replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
    "",
  ].join("\n\n");
}

function explain(error: unknown): string {
  if (!(error instanceof CommandError)) return messageOf(error);
  const lines = error.tail.filter((line) => !line.startsWith("go: downloading ")).slice(-5);
  return lines.length > 0 ? lines.join(" | ") : error.message;
}

/** Go's messages name the servers it asked; which ones are configured is nobody's business in a shared log. */
function withoutHosts(text: string): string {
  return text
    .replace(/https?:\/\/[^\s"]+/g, "<address>")
    .replace(/\blookup \S+( on \S+)?/g, "lookup of <address>")
    .replace(/\bdial tcp \S+:\d+/g, "dial tcp <address>");
}
