import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { adoption } from "../../provider/src/cli/adopt/adoption";
import { typescriptProgram } from "../../provider/src/cli/adopt/typescriptProgram";
import { usage } from "../../provider/src/cli/usage";
import { asModule, codeBlocks, markdownFiles } from "../codeBlocks";
import { problemsOf } from "../problemsOf";
import { textIn, TOP } from "../repository";
import { hostileUsers } from "./cli/people";

const { scripts } = JSON.parse(textIn("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

test("every TypeScript block and every program that adopt writes compiles against the package, and a wrong one would not", () => {
  const blocks = codeBlocks("typescript");
  expect(blocks.length).toBeGreaterThan(5);
  const programs = (["roster", "resources"] as const).map((shape) =>
    typescriptProgram(adoption(hostileUsers(), undefined, shape)),
  );
  const wrong = 'new OrganizationUserRole("a", { role: "boss" });\n';
  const problems = problemsOf([...blocks.map(({ text }) => asModule(text)), ...programs, asModule(wrong)]);
  expect(problems).toEqual([expect.stringContaining('"boss"')]);
});

/** The commands of a shell block, without comments. */
function commands(): readonly string[] {
  return codeBlocks("sh").flatMap(({ text }) =>
    text
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/, ""))
      .flatMap((line) => line.split("&&"))
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  );
}

test("every npm script that a block runs exists", () => {
  const names = commands().flatMap((line) => {
    const name = /^npm (?:run )?([\w:]+)/.exec(line)?.[1];
    return name === undefined || name === "ci" || name === "install" ? [] : [name];
  });
  expect(names).not.toEqual([]);
  expect(names.filter((name) => !(name in scripts))).toEqual([]);
});

test("every test file that a block runs exists", () => {
  const paths = commands()
    .filter((line) => line.startsWith("npx jest"))
    .flatMap((line) => line.split(" ").filter((word) => word.startsWith("test/")));
  expect(paths).not.toEqual([]);
  expect(paths.filter((path) => !existsSync(join(TOP, path)))).toEqual([]);
});

test("every subcommand and option of the command line that a block uses is in its help", () => {
  const words = commands()
    .filter((line) => line.startsWith("npx pulumi-openai-organization"))
    .flatMap((line) => {
      const [, , subcommand = "", ...rest] = line.split(" ");
      return [`  ${subcommand} `, ...rest.filter((word) => word.startsWith("--"))];
    });
  expect(words).not.toEqual([]);
  expect(words.filter((word) => !usage(undefined).includes(word))).toEqual([]);
});

test("README has the commands that show the demo and run the tests, next to each other and with what each takes", () => {
  const blocks = codeBlocks("sh").filter(({ at }) => at.startsWith("README.md:"));
  const [block] = blocks.filter(({ text }) => text.includes("npm ci"));
  expect(block?.text.trim().split("\n")).toEqual([
    expect.stringMatching(/^npm ci && npm run demo +# .* minutes?$/),
    expect.stringMatching(/^npm ci && npm test +# .*\d minutes/),
  ]);
});

/** The links of README and docs that stay in the repository. */
const LINKS = markdownFiles().flatMap((page) =>
  [...textIn(page).matchAll(/\]\(([^)#]*)(?:#([^)]*))?\)/g)]
    .map(([, path = "", heading]) => ({ page, to: path === "" ? page : join(dirname(page), path), heading }))
    .filter(({ to }) => !/^\S*https:/.test(to)),
);

test("every link and picture in README and docs that stays in the repository leads somewhere", () => {
  expect(LINKS.length).toBeGreaterThan(20);
  expect(LINKS.filter(({ to }) => !existsSync(join(TOP, to)))).toEqual([]);
});

/** The headings of a page, as GitHub names them in a link. */
function headings(page: string): readonly string[] {
  return [...textIn(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("every heading that a link names is on its page", () => {
  const named = LINKS.flatMap((link) =>
    link.heading === undefined ? [] : [{ ...link, heading: link.heading }],
  )
    // The reference is made from the docstrings, with anchors of its own.
    .filter(({ page }) => !page.startsWith(join("docs", "api")));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ to, heading }) => !headings(to).includes(heading))).toEqual([]);
});

type Dependencies = "dependencies" | "devDependencies" | "peerDependencies";

interface Manifest extends Readonly<Partial<Record<Dependencies, Readonly<Record<string, string>>>>> {
  readonly license?: string;
}

function manifest(...path: readonly string[]): Manifest {
  return JSON.parse(textIn(...path, "package.json")) as Manifest;
}

/** Every package that a workspace names, whatever for. */
function declared(): readonly string[] {
  const manifests = [manifest(), manifest("provider"), manifest("emulator")];
  const names = manifests.flatMap(({ dependencies, devDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  );
  return [...new Set(names)].toSorted();
}

/** The rows of the page's tables: the package, its licence, and the rest. */
function documented(): readonly { readonly name: string; readonly licence: string; readonly why: string }[] {
  return [
    ...textIn("docs", "DEPENDENCIES.md").matchAll(/^\| `([^`]+)` *\| ([^|\n]+) \| ([^|\n]+) \|$/gm),
  ].map(([, name = "", licence = "", why = ""]) => ({ name, licence: licence.trim(), why: why.trim() }));
}

test("docs/DEPENDENCIES.md has every dependency once, and nothing else", () => {
  const names = documented().map(({ name }) => name);
  expect(names.toSorted()).toEqual(declared());
});

test.each(documented())(
  "$name has a reason, and the licence that its package names",
  ({ name, licence, why }) => {
    expect(why).not.toBe("");
    expect(licence).toBe(manifest("node_modules", name).license);
  },
);

test("NOTICE has the licence of everything that comes with the provider, or is bundled into its emulator", () => {
  const notice = textIn("NOTICE");
  const { dependencies, peerDependencies } = manifest("provider");
  const bundled = manifest("emulator").dependencies;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...bundled })) {
    expect(notice).toContain(`* ${name} (${manifest("node_modules", name).license ?? ""})`);
  }
});
