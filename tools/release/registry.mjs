// Lists what Pulumi's registry still lacks to show this package, and fails if there is anything.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { withAddresses } from "./repository.js";

const TOP = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");
const text = (path) => readFileSync(join(TOP, path), "utf8");
const manifest = JSON.parse(text("provider/package.json"));
const schema = JSON.parse(text("provider/schema.json"));
const { keywords = [], language = {} } = schema;

const hasFrontMatter = (path) =>
  existsSync(join(TOP, path)) && /^---\ntitle: .+\nmeta_desc: .+\nlayout: package\n---\n/.test(text(path));
const isCurrent = JSON.stringify(schema) === JSON.stringify(withAddresses(schema, manifest));

const WANTED = {
  "the repository, in provider/package.json": manifest.repository !== undefined,
  "the schema as the manifest has it (npm run schema)": isCurrent,
  ...Object.fromEntries(
    [
      "displayName",
      "description",
      "publisher",
      "homepage",
      "repository",
      "logoUrl",
      "pluginDownloadURL",
      "license",
    ].map((property) => [`${property}, in the schema`, typeof schema[property] === "string"]),
  ),
  "a keyword category/…": keywords.some((word) => word.startsWith("category/")),
  "the keyword kind/native": keywords.includes("kind/native"),
  "the import path for Go": language.go?.importBasePath !== undefined,
  "the namespace for .NET": language.csharp?.rootNamespace !== undefined,
  "the package for Java": language.java?.basePackage !== undefined,
  ...Object.fromEntries(
    ["docs/_index.md", "docs/installation-configuration.md"].map((page) => [page, hasFrontMatter(page)]),
  ),
  ...Object.fromEntries(
    ["docs/logo.svg", "docs/logo.png"].map((file) => [file, existsSync(join(TOP, file))]),
  ),
};

const lacking = Object.entries(WANTED).flatMap(([what, isThere]) => (isThere ? [] : [what]));
if (lacking.length > 0) {
  console.error(`Pulumi's registry lacks:\n${lacking.map((what) => `- ${what}\n`).join("")}`);
  process.exitCode = 1;
}
