"use strict";

/** What follows from the repository that a package's manifest names; undefined as long as it names none. */
exports.repositoryOf = function repositoryOf({ repository, version }) {
  if (repository === undefined) return undefined;
  const address = repository.url.replace(/^git\+|\.git$/g, "");
  // Files of this version, as pages and as they are.
  const [blob, raw] = [`${address}/blob/v${version}`, `${address}/raw/v${version}`];
  return {
    blob,
    raw,
    schema: {
      homepage: address,
      repository: address,
      logoUrl: `${raw}/docs/logo.svg`,
      // Where Pulumi looks for the archives; it fills in the version.
      pluginDownloadURL: `${address}/releases/download/v\${VERSION}`,
    },
  };
};
