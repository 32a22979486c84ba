import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { build } from "../../../tools/pulumi-cli/build";
import type { InstallContext } from "../../../tools/pulumi-cli/install";
import { outputOf } from "../../../tools/pulumi-cli/process";
import { linkNode, makeScratch, removeScratches, version, writeScript, type Scratch } from "./fakes";

let scratch: Scratch;
let context: InstallContext;

beforeEach(() => {
  scratch = makeScratch();
  linkNode(scratch);
  const staging = join(scratch.root, "staging");
  mkdirSync(staging);
  const { signal } = new AbortController();
  context = { version, staging, env: scratch.env, log: () => undefined, signal };
});
afterEach(removeScratches);

/** A `go` that answers its version, and does as told when it is to build. */
function writeGo(onBuild: string): void {
  writeScript(
    join(scratch.pathFolder, "go"),
    `if [ "$1" = version ]; then echo "go version go9.9"; exit 0; fi\n${onBuild}`,
  );
}

test("makes a folder with the CLI, a language host and the launcher of dynamic providers", async () => {
  // Hands out what it was told to build, as a CLI that answers the version in -ldflags.
  writeGo(`while [ "$1" != -o ]; do case "$1" in *Version=*) v="\${1##*=}";; esac; shift; done
printf '#!/bin/sh\\necho v%s\\n' "$v" > "$2"; /bin/chmod +x "$2"; /bin/cp go.mod "$2.mod"`);
  const folder = await build(context);
  const bin = join(folder, "bin");
  expect(await outputOf(join(bin, "pulumi"), ["version"], scratch.env)).toBe(`v${version}`);
  expect(await outputOf(join(bin, "pulumi-language-nodejs"), ["--version"], scratch.env)).toBe(version);
  expect(readFileSync(join(bin, "pulumi-resource-pulumi-nodejs"), "utf8")).toContain("cmd/dynamic-provider");
  expect(readFileSync(join(bin, "pulumi.mod"), "utf8")).toContain(
    `github.com/pulumi/pulumi/pkg/v3 v${version}`,
  );
});

test("the language host needs nothing of the folder it was made from", async () => {
  writeGo(
    `while [ "$1" != -o ]; do shift; done; printf '#!/bin/sh\\necho v${version}\\n' > "$2"; /bin/chmod +x "$2"`,
  );
  const host = readFileSync(join(await build(context), "bin", "pulumi-language-nodejs"), "utf8");
  const required = [...host.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
  expect(required).toContain("http2");
  expect(required.filter((name) => !builtinModules.includes(name.replace(/^node:/, "")))).toEqual([]);
  expect(host).not.toContain(process.cwd());
});

test("says that Go is missing", async () => {
  await expect(build(context)).rejects.toThrow("there is no working Go on PATH");
});

test("says what Go said, without the servers it asked", async () => {
  writeGo(`echo "go: downloading example.com/x v1" >&2
echo 'go: x: Get "https://modules.example/x/@v/v1.info": dial tcp: lookup modules.example on 10.0.0.1:53: no such host' >&2
exit 1`);
  const error = await build(context).then(String, (thrown: unknown) => String(thrown));
  expect(error).toContain("go build failed");
  expect(error).toContain("no such host");
  expect(error).not.toContain("modules.example");
  expect(error).not.toContain("example.com");
});

test("ends Go and what Go started when it is aborted", async () => {
  const survived = join(scratch.root, "survived");
  const started = join(scratch.root, "started");
  writeGo(`( /bin/sleep 1; : > ${survived} ) & : > ${started}; wait`);
  const controller = new AbortController();
  const building = build({ ...context, signal: controller.signal });
  const poll = setInterval(() => {
    if (existsSync(started)) controller.abort(new Error("enough"));
  }, 20);
  await expect(building).rejects.toThrow("enough");
  clearInterval(poll);
  await new Promise((resolve) => setTimeout(resolve, 1_300));
  expect(existsSync(survived)).toBe(false);
});

test("does not take a CLI of another version for the one it built", async () => {
  writeGo(
    `while [ "$1" != -o ]; do shift; done; printf '#!/bin/sh\\necho v3.0.0\\n' > "$2"; /bin/chmod +x "$2"`,
  );
  await expect(build(context)).rejects.toThrow("says that its version is 3.0.0");
});
