interface OwnPackage {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** This package's package.json, above both this source and its compiled file. A bundle takes it in. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- it is outside of what the compiler may import
export const OWN_PACKAGE = require("../package.json") as OwnPackage;

/** The `User-Agent` of every request: this package's name and version. */
export const USER_AGENT = `${OWN_PACKAGE.name}/${OWN_PACKAGE.version}`;
