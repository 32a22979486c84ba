import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { markdownFiles } from "../codeBlocks";

const TOP = resolve(__dirname, "..", "..");

test("every link and picture of README and docs that stays in the repository leads somewhere", () => {
  const links = markdownFiles().flatMap((page) =>
    [...readFileSync(join(TOP, page), "utf8").matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
      .map(([, path = ""]) => path)
      .filter((path) => !path.startsWith("https://"))
      .map((path) => ({ page, path })),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter(({ page, path }) => !existsSync(join(TOP, dirname(page), path)))).toEqual([]);
});
