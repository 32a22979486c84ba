import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { build } from "../../../tools/pulumi-cli/build";
import { contextIn, makeScratch, version, writeScript, type Scratch } from "./fakes";

let scratch: Scratch;
beforeEach(() => {
  scratch = makeScratch();
});

const making = () => build(contextIn(scratch));

/** A `go` that does this when it is to build. */
function writeGo(body: string): void {
  writeScript(join(scratch.pathFolder, "go"), body);
}

test("makes a folder with the CLI, a language host and the launcher of dynamic providers", async () => {
  // Writes down what it was told.
  writeGo(`all="$*"; while [ "$1" != -o ]; do shift; done; { echo "$all"; /bin/cat go.mod; } > "$2"`);
  const bin = join(await making(), "bin");
  const told = readFileSync(join(bin, "pulumi"), "utf8");
  expect(told).toContain(`common/version.Version=${version}`);
  expect(told).toContain(`require github.com/pulumi/pulumi/pkg/v3 v${version}`);
  expect(readFileSync(join(bin, "pulumi-resource-pulumi-nodejs"), "utf8")).toContain("cmd/dynamic-provider");
  const host = readFileSync(join(bin, "pulumi-language-nodejs"), "utf8");
  expect(host).toContain("#!/usr/bin/env node");
  // It outlives the folder that it was made from.
  const required = [...host.matchAll(/\brequire\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
  expect(required).toContain("http2");
  expect(required.filter((name) => !builtinModules.includes(name.replace(/^node:/, "")))).toEqual([]);
  expect(host).not.toContain(process.cwd());
});

test("says that Go is missing", async () => {
  await expect(making()).rejects.toThrow("go cannot be started");
});

test("says what Go said last", async () => {
  writeGo(`echo "go: downloading example.com/x v1" >&2; echo "no such module" >&2; exit 1`);
  const error = await making().catch(String);
  expect(error).toContain("go ended with 1 | no such module");
  expect(error).not.toContain("downloading");
});
