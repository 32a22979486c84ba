import { readFileSync } from "node:fs";
import { join } from "node:path";

interface OwnPackage {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** This package's package.json, above both this source and its compiled file. */
export const OWN_PACKAGE = JSON.parse(
  readFileSync(join(__dirname, "..", "package.json"), "utf8"),
) as OwnPackage;

/** The `User-Agent` of every request: this package's name and version. */
export const USER_AGENT = `${OWN_PACKAGE.name}/${OWN_PACKAGE.version}`;
