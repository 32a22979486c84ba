// Puts into the package what stands above it. The links of its README lead into the repository, as nothing else of it is
// there where packages are shown.
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";

import { REPOSITORY } from "./manifest.mjs";

for (const file of ["LICENSE", "NOTICE"]) copyFileSync(`../${file}`, file);
const readme = readFileSync("../README.md", "utf8");
writeFileSync(
  "README.md",
  REPOSITORY === undefined
    ? readme
    : readme.replace(/(!?)(\[[^\]]*\])\((?!https:|#)/g, (_, picture, text) => {
        return `${picture}${text}(${picture === "" ? REPOSITORY.blob : REPOSITORY.raw}/`;
      }),
);
