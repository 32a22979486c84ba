import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { InstallContext } from "./install";
import { messageOf, run } from "./run";

/** A program that is published as a Go module. */
export interface GoProgram {
  /** The module, such as `example.com/module v1.2.3`. */
  readonly module: string;
  /** The package of its `main`. */
  readonly main: string;
  /** The variable that holds its version, and the version. */
  readonly version: readonly [variable: string, value: string];
  /** About how many packages are compiled. */
  readonly packages: number;
  /** A replacement that the module's own go.mod makes, which does not reach those who depend on it. */
  readonly replace?: string;
}

/** How often to report progress, in milliseconds. */
const BEAT = 15_000;

/** Builds a program from its Go module, and reports its progress every 15 s. */
export async function goBuild(program: GoProgram, outfile: string, context: InstallContext): Promise<void> {
  const { staging, env, log } = context;
  if (process.platform === "win32") throw new Error("building is for Linux and macOS");
  const source = join(staging, "source");
  await mkdir(source);
  const goMod = ["module build", "go 1.26", `require ${program.module}`];
  if (program.replace !== undefined) goMod.push(`replace ${program.replace}`);
  await writeFile(join(source, "go.mod"), goMod.join("\n"));

  let modules = 0;
  let packages = 0;
  let last: string[] = [];
  const start = Date.now();
  const beat = setInterval(() => {
    const seconds = Math.round((Date.now() - start) / 1000);
    const compiled = `${packages} of about ${program.packages.toLocaleString("en-US")} packages compiled`;
    log(`  ${seconds} s: ${packages === 0 ? `${modules} modules downloaded` : compiled}`);
  }, BEAT);
  const ldflags = `-s -w -X ${program.version.join("=")}`;
  // -v names each package that is compiled, and -mod=mod completes the bare go.mod.
  const args = ["build", "-v", "-mod=mod", "-buildvcs=false", "-ldflags", ldflags, "-o", outfile];
  try {
    await run("go", [...args, program.main], {
      cwd: source,
      // A Go workspace around the home folder must not affect this build.
      env: { ...env, GOWORK: "off", PWD: source },
      onLine: (line) => {
        if (line.startsWith("go: downloading ")) modules++;
        else {
          packages++;
          last = [...last, line].slice(-5);
        }
      },
    });
  } catch (error) {
    throw new Error([messageOf(error), ...last].join(" | "), { cause: error });
  } finally {
    clearInterval(beat);
  }
}
