import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Sandbox, type RunResult } from "../../tools/sandbox";
import { TOP } from "../engine/engine";

const REPOSITORY = { type: "git", url: "git+https://github.com/acme/roles.git", directory: "provider" };

/** A package beside the repository's own README, with a manifest that names a repository, or does not. */
function openPackage(repository?: object): Promise<Sandbox> {
  return Sandbox.open({
    pulumi: "pulumi",
    files: { "provider/package.json": JSON.stringify({ name: "roles", version: "1.2.3", repository }) },
    copies: Object.fromEntries(["README.md", "LICENSE", "NOTICE"].map((path) => [path, join(TOP, path)])),
  });
}

/** Runs a script of the release as npm does, in the package's folder. */
function run(sandbox: Sandbox, script: string): Promise<RunResult> {
  return sandbox.run(process.execPath, [join(TOP, "tools", "release", script)], { cwd: "provider" });
}

test("no link of the packed README is relative: pages and pictures are those of this version", async () => {
  await using named = await openPackage(REPOSITORY);
  expect(await run(named, "pack.mjs")).toMatchObject({ code: 0 });
  const readme = await readFile(join(named.folder, "provider", "README.md"), "utf8");
  expect(readme).toContain("](https://github.com/acme/roles/raw/v1.2.3/docs/plan.svg)");
  expect(readme).toContain("](https://github.com/acme/roles/blob/v1.2.3/docs/README.md)");
  const relative = [...readme.matchAll(/\]\((.*?)\)/g)].filter(
    ([, to]) => to?.startsWith("https://") !== true,
  );
  expect(relative).toEqual([]);
});

test("a package that does not name its repository is not published", async () => {
  await using unnamed = await openPackage();
  const refused = { code: 1, output: expect.stringContaining('"repository"') as unknown };
  expect(await run(unnamed, "check.mjs")).toMatchObject(refused);
  await using named = await openPackage(REPOSITORY);
  expect(await run(named, "check.mjs")).toMatchObject({ code: 0, output: "" });
});

test("Pulumi's registry lacks nothing but what follows from the repository", async () => {
  await using anywhere = await openPackage();
  const { code, output } = await run(anywhere, "registry.mjs");
  const lacking = output.match(/^- .*/gm) ?? [];
  expect(code).toBe(lacking.length > 0 ? 1 : 0);
  const follows = /repository|homepage|logoUrl|pluginDownloadURL|Go|\.NET|Java/;
  expect(lacking.filter((what) => !follows.test(what))).toEqual([]);
});

test("npm runs the check before it publishes", async () => {
  const { scripts } = JSON.parse(await readFile(join(TOP, "provider", "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  expect(scripts.prepublishOnly).toBe("node ../tools/release/check.mjs");
});
