import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

import { markdownFiles } from "../codeBlocks";
import { textIn, TOP } from "../repository";

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
