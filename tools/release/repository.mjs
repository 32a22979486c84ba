import { readFileSync } from "node:fs";

/** The package's manifest, where npm runs its scripts: in the package's folder. */
const { repository, version } = JSON.parse(readFileSync("package.json", "utf8"));

/** The address of the repository's pages; undefined as long as the manifest does not name it. */
export const REPOSITORY = repository?.url.replace(/^git\+|\.git$/g, "");

/** Where files of this version are, as text and as they are. */
export const FILES = { blob: `${REPOSITORY}/blob/v${version}`, raw: `${REPOSITORY}/raw/v${version}` };
