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
    languages: languagesOf(address),
  };
};

/** How each language calls what is the owner's: an import path, a namespace, a package. */
function languagesOf(address) {
  const [owner = ""] = address.split("/").slice(-2);
  const words = owner.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  return {
    go: { importBasePath: `${address.replace(/^https?:\/\//, "")}/sdk/go/openaiorganization` },
    csharp: { rootNamespace: name, namespaces: { "openai-organization": "OpenAIOrganization" } },
    java: { basePackage: `io.github.${words.join("").toLowerCase()}`, buildFiles: "gradle" },
  };
}

/** A schema with everything that follows from a manifest. */
exports.withAddresses = function withAddresses(schema, manifest) {
  const { schema: addresses = {}, languages = {} } = exports.repositoryOf(manifest) ?? {};
  const language = { ...schema.language };
  for (const [name, names] of Object.entries(languages)) language[name] = { ...language[name], ...names };
  return { ...schema, ...addresses, version: manifest.version, language };
};
