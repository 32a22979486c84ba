import { readFileSync } from "node:fs";
import { join } from "node:path";

const { name, version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
  name: string;
  version: string;
};

/** The `User-Agent` of every request: this package's name and version. */
export const USER_AGENT = `${name}/${version}`;
