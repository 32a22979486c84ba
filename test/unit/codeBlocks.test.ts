import { existsSync } from "node:fs";
import { join } from "node:path";

import { usage } from "../../provider/src/cli/usage";
import { asModule, codeBlocks } from "../codeBlocks";
import { problemsOf } from "../problemsOf";
import { textIn, TOP } from "../repository";

const { scripts } = JSON.parse(textIn("package.json")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

test("every TypeScript block compiles against the package, and a wrong one would not", () => {
  const blocks = codeBlocks("typescript");
  expect(blocks.length).toBeGreaterThan(5);
  const wrong = 'new OrganizationUserRole("a", { role: "boss" });\n';
  const problems = problemsOf([...blocks.map(({ text }) => text), wrong].map((text) => asModule(text)));
  expect(problems).toEqual([expect.stringContaining('"boss"')]);
}, 60_000);

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
    expect.stringMatching(/^npm ci && npm run demo +# .*\d minutes/),
    expect.stringMatching(/^npm ci && npm test +# .*\d minutes/),
  ]);
});
