import { chmod, copyFile, readFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { build } from "esbuild";

/**
 * Writes the language host as one executable file. It outlives the folder it was made from, so everything it
 * needs, the protocol and gRPC, goes into the file.
 *
 * @param version the version of the CLI that it will stand beside
 */
export async function bundleLanguageHost(outfile: string, version: string): Promise<void> {
  // Beside this very file, whether that is the compiled one or, in tests, the source.
  const entry = join(__dirname, "language-host", `main${extname(__filename)}`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minify: true,
    legalComments: "inline",
    banner: { js: "#!/usr/bin/env node" },
    define: { PULUMI_CLI_VERSION: JSON.stringify(version) },
    logLevel: "silent",
  });
  await chmod(outfile, 0o755);
}

/**
 * Copies the launcher of dynamic providers that the SDK ships. It is a shell script which finds the SDK from the
 * program's folder, so a copy of it works anywhere.
 */
export async function copyDynamicProviderLauncher(folder: string): Promise<void> {
  const name = "pulumi-resource-pulumi-nodejs";
  const sdk = dirname(require.resolve("@pulumi/pulumi/package.json"));
  const target = join(folder, name);
  await copyFile(join(sdk, name), target);
  await chmod(target, 0o755);
  if (!(await readFile(target, "utf8")).startsWith("#!"))
    throw new Error(`${name} of the SDK is not a script`);
}
