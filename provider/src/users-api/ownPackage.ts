import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What this package says of itself in its package.json. */
interface OwnPackage {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** This package's own package.json, which stands two folders above the sources as above what is compiled of them. */
export const OWN_PACKAGE = JSON.parse(
  readFileSync(join(__dirname, "..", "..", "package.json"), "utf8"),
) as OwnPackage;

/** The `User-Agent` of every request: this package's name and version. */
export const USER_AGENT = `${OWN_PACKAGE.name}/${OWN_PACKAGE.version}`;
