// Fails where docs/api is not what the docstrings say now: `npm run docs` brings it up to date.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { format } from "prettier";

const KEPT = "docs/api";

/** Every page below a folder by its path, formatted as the linter wants it. */
async function pagesOf(folder) {
  const pages = new Map();
  for (const path of readdirSync(folder, { recursive: true })) {
    if (!path.endsWith(".md")) continue;
    const text = readFileSync(join(folder, path), "utf8");
    pages.set(path.replaceAll("\\", "/"), await format(text, { parser: "markdown", printWidth: 110 }));
  }
  return pages;
}

const folder = mkdtempSync(join(tmpdir(), "docs-"));
try {
  const typedoc = ["node_modules/typedoc/bin/typedoc", "--logLevel", "Warn", "--out", folder];
  execFileSync(process.execPath, typedoc, { stdio: "inherit" });
  const kept = await pagesOf(KEPT);
  const made = await pagesOf(folder);
  const stale = [...new Set([...kept.keys(), ...made.keys()])].filter(
    (path) => kept.get(path) !== made.get(path),
  );
  if (stale.length > 0) {
    console.error(`${KEPT} is out of date (${stale.join(", ")}). Run: npm run docs`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
