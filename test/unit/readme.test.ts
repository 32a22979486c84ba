import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { codeBlocks } from "../codeBlocks";

const { scripts } = JSON.parse(readFileSync(resolve(__dirname, "..", "..", "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

test("README has the commands that show the demo and run the tests, next to each other and with what each takes", () => {
  const blocks = codeBlocks("sh").filter(({ at }) => at.startsWith("README.md:"));
  const [block] = blocks.filter(({ text }) => text.includes("npm ci"));
  expect(block?.text.trim().split("\n")).toEqual([
    expect.stringMatching(/^npm ci && npm run demo +# .*\d minutes/),
    expect.stringMatching(/^npm ci && npm test +# .*\d minutes/),
  ]);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["demo", "test"]));
});
