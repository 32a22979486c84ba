import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build as bundle } from "esbuild";
import { ensurePulumi, NoPulumiError, type EnsurePulumiOptions } from "../../../tools/pulumi-cli/ensure";
import type { Installer } from "../../../tools/pulumi-cli/install";
import {
  linkNode,
  makeScratch,
  removeScratches,
  version,
  writeCli,
  writeScript,
  type Scratch,
} from "./fakes";

let scratch: Scratch;
let lines: string[];
let calls: string[];

beforeEach(() => {
  scratch = makeScratch();
  lines = [];
  calls = [];
});
afterEach(removeScratches);

/** An installer that makes a working CLI. */
function working(name: string): Installer {
  return ({ staging }) => {
    calls.push(name);
    const folder = join(staging, "made");
    writeCli(folder);
    return Promise.resolve(folder);
  };
}

/** An installer that leaves half a CLI and fails. */
function failing(name: string, why: string): Installer {
  return ({ staging }) => {
    calls.push(name);
    writeScript(join(staging, "made", "bin", "pulumi"), "exit 1");
    return Promise.reject(new Error(why));
  };
}

function ensure(options: Partial<EnsurePulumiOptions> = {}) {
  return ensurePulumi({
    version,
    env: scratch.env,
    log: (line) => lines.push(line),
    download: failing("download", "no network"),
    build: working("build"),
    ...options,
  });
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error("it was expected to fail");
  return outcome;
}

/** What the installer left in the folder of all versions, the version itself apart. */
function leftovers(): string[] {
  return existsSync(scratch.versions) ? readdirSync(scratch.versions).filter((name) => name !== version) : [];
}

/** Another process that is in the middle of building, and will be for long. */
async function startInstaller(): Promise<ChildProcess> {
  const script = join(scratch.root, "installer.js");
  await bundle({
    stdin: {
      contents: `import { ensurePulumi } from "./ensure";
        const build = ({ signal }) => new Promise((resolve, reject) => {
          console.log("building");
          setTimeout(resolve, 60000);
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        const download = () => Promise.reject(new Error("no network"));
        ensurePulumi({ version: "${version}", log: () => {}, build, download }).catch(() => {});`,
      resolveDir: join(__dirname, "../../../tools/pulumi-cli"),
    },
    outfile: script,
    bundle: true,
    platform: "node",
    external: ["esbuild"],
    logLevel: "silent",
  });
  // Outside of the bundle, and found from a folder that has no node_modules.
  const NODE_PATH = dirname(dirname(require.resolve("esbuild/package.json")));
  const child = spawn(process.execPath, [script], {
    env: { ...scratch.env, NODE_PATH },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const died = once(child, "exit").then(() => Promise.reject(new Error("the installer died")));
  await Promise.race([once(child.stdout, "data"), died]);
  died.catch(() => undefined);
  return child;
}

describe("what is there", () => {
  test("is used, and nothing is installed", async () => {
    const command = writeCli(scratch.folder);
    expect(await ensure()).toEqual({ command, version, source: "installed" });
    expect(calls).toEqual([]);
    expect(lines.join("\n")).toContain(command);
  });

  test("wins over PATH", async () => {
    const command = writeCli(scratch.folder);
    writeScript(join(scratch.pathFolder, "pulumi-language-nodejs"), "exit 0");
    writeScript(join(scratch.pathFolder, "pulumi"), "echo v3.300.0");
    expect((await ensure()).command).toBe(command);
  });

  test.each([
    ["does not run", "exit 1", "does not run"],
    ["answers another version", "echo v3.1.0", "says that its version is 3.1.0"],
    ["answers no version", "echo hello", "its answer is not a version"],
  ])("is left alone where it is foreign and %s", async (_name, body, why) => {
    const command = writeCli(scratch.folder);
    writeScript(command, body);
    const error = await failure(ensure());
    expect(error).toBeInstanceOf(NoPulumiError);
    expect(error.message).toContain(why);
    expect(error.message).toContain(scratch.folder);
    expect(calls).toEqual([]);
    expect(readFileSync(command, "utf8")).toContain(body);
  });

  test("is left alone where it is foreign and lacks a language host", async () => {
    writeScript(join(scratch.folder, "bin", "pulumi"), `echo v${version}`);
    expect((await failure(ensure())).message).toContain("no pulumi-language-nodejs stands beside");
    expect(calls).toEqual([]);
  });

  test("is replaced where it was installed from here and no longer works", async () => {
    await ensure();
    writeScript(join(scratch.folder, "bin", "pulumi"), "exit 1");
    expect((await ensure()).source).toBe("built");
    expect((await ensure()).source).toBe("installed");
    expect(leftovers()).toEqual([]);
  });
});

describe("a CLI on PATH", () => {
  test("is used in place, and the wrapper's ignorance of it is said", async () => {
    const command = writeScript(join(scratch.pathFolder, "pulumi"), "echo v3.200.0");
    writeScript(join(scratch.pathFolder, "pulumi-language-nodejs"), "exit 0");
    expect(await ensure()).toEqual({ command, version: "3.200.0", source: "path" });
    expect(calls).toEqual([]);
    expect(lines.join("\n")).toMatch(/npx pulumi .* would download/);
  });

  test("may be a link to a folder that holds its language host", async () => {
    symlinkSync(writeCli(join(scratch.root, "opt")), join(scratch.pathFolder, "pulumi"));
    expect((await ensure()).source).toBe("path");
  });

  test.each([
    ["v3.199.9", /is version 3\.199\.9/],
    ["v2.300.0", /is version 2\.300\.0/],
    ["v4.0.0", /is version 4\.0\.0/],
  ])("is passed over as version %s", async (answer, why) => {
    writeScript(join(scratch.pathFolder, "pulumi"), `echo ${answer}`);
    writeScript(join(scratch.pathFolder, "pulumi-language-nodejs"), "exit 0");
    expect((await failure(ensure({ build: failing("build", "no Go") }))).message).toMatch(why);
    expect((await ensure()).source).toBe("built");
  });

  test("is passed over without a language host", async () => {
    writeScript(join(scratch.pathFolder, "pulumi"), "echo v3.300.0");
    expect((await ensure()).source).toBe("built");
  });

  test("is passed over, and never started, where it is the npm wrapper", async () => {
    linkNode(scratch);
    const started = join(scratch.root, "started");
    const wrapper = writeScript(join(scratch.pathFolder, "pulumi"), "");
    writeFileSync(
      wrapper,
      `#!/usr/bin/env node
      require("fs").writeFileSync(${JSON.stringify(started)}, "");
      console.log("v3.300.0");`,
    );
    writeScript(join(scratch.pathFolder, "pulumi-language-nodejs"), "exit 0");
    expect((await ensure()).source).toBe("built");
    expect(existsSync(started)).toBe(false);
  });
});

describe("getting one", () => {
  test("downloads where that works, and does not build", async () => {
    const cli = await ensure({ download: working("download") });
    expect(cli).toEqual({ command: join(scratch.folder, "bin", "pulumi"), version, source: "downloaded" });
    expect(calls).toEqual(["download"]);
    expect(leftovers()).toEqual([]);
  });

  test("builds where the download fails, and is found the next time", async () => {
    expect((await ensure()).source).toBe("built");
    expect(calls).toEqual(["download", "build"]);
    expect(lines.join("\n")).toContain("no network");
    expect((await ensure()).source).toBe("installed");
    expect(calls).toHaveLength(2);
  });

  test("fails with one error that says what was tried and what helps", async () => {
    const { message } = await failure(ensure({ build: failing("build", "there is no Go") }));
    expect(message).toContain("Download: no network");
    expect(message).toContain("Build: there is no Go");
    expect(message).toContain("PATH: no pulumi on it");
    expect(message).toMatch(/install the Pulumi CLI yourself/);
    expect(message).toMatch(/allow the official download/);
    expect(message).toMatch(/install Go/);
  });

  test("leaves nothing behind where it fails", async () => {
    await failure(ensure({ build: failing("build", "out of disk") }));
    expect(existsSync(scratch.folder)).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  test("shows nothing in the final place before it is complete", async () => {
    let seen: boolean | undefined;
    const build: Installer = async (context) => {
      const made = await working("build")(context);
      seen = existsSync(scratch.folder);
      return made;
    };
    await ensure({ build });
    expect(seen).toBe(false);
    expect(existsSync(scratch.folder)).toBe(true);
  });

  test("is done once for two who ask at the same time", async () => {
    const build: Installer = async (context) => {
      await sleep(400);
      return working("build")(context);
    };
    const both = await Promise.all([ensure({ build }), ensure({ build })]);
    expect(calls).toEqual(["download", "build"]);
    expect(both.map((cli) => cli.source).sort()).toEqual(["built", "installed"]);
    expect(lines.filter((line) => line.startsWith("Another process"))).toHaveLength(1);
    expect(leftovers()).toEqual([]);
  });

  test("clears away what a killed installer left", async () => {
    mkdirSync(join(scratch.versions, `.staging-${version}-abcdef`, "made"), { recursive: true });
    await ensure();
    expect(leftovers()).toEqual([]);
  });

  test("cleans up when interrupted, and ends by the signal", async () => {
    const child = await startInstaller();
    expect(leftovers()).not.toEqual([]);
    child.kill("SIGTERM");
    const [, signal] = (await once(child, "exit")) as [number | null, string | null];
    expect(signal).toBe("SIGTERM");
    expect(existsSync(scratch.folder)).toBe(false);
    expect(leftovers()).toEqual([]);
  });

  test("takes over from an installer that was killed", async () => {
    const child = await startInstaller();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(leftovers()).toHaveLength(2);
    expect((await ensure()).source).toBe("built");
    expect(leftovers()).toEqual([]);
  });
});
