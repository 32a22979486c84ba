interface Manifest {
  readonly repository?: { readonly url: string };
  readonly version: string;
}

/** What follows from the repository that a package's manifest names; undefined as long as it names none. */
export function repositoryOf(manifest: Manifest):
  | {
      readonly blob: string;
      readonly raw: string;
      readonly schema: Readonly<Record<string, string>>;
      readonly languages: Readonly<Record<string, object>>;
    }
  | undefined;

/** A schema with everything that follows from a manifest. */
export function withAddresses<S extends { language: object }>(schema: S, manifest: Manifest): S;
