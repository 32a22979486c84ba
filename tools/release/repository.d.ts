/** What follows from the repository that a package's manifest names; undefined as long as it names none. */
export function repositoryOf(manifest: {
  readonly repository?: { readonly url: string };
  readonly version: string;
}):
  | { readonly blob: string; readonly raw: string; readonly schema: Readonly<Record<string, string>> }
  | undefined;
