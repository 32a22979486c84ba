import { readFileSync } from "node:fs";

import { repositoryOf } from "./repository.js";

/** What follows from the package's manifest, where npm runs its scripts: in the package's folder. */
export const REPOSITORY = repositoryOf(JSON.parse(readFileSync("package.json", "utf8")));
