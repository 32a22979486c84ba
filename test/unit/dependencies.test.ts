import { textIn } from "../repository";

type Dependencies = "dependencies" | "devDependencies" | "peerDependencies";

interface Manifest extends Readonly<Partial<Record<Dependencies, Readonly<Record<string, string>>>>> {
  readonly license?: string;
}

function manifest(...path: readonly string[]): Manifest {
  return JSON.parse(textIn(...path, "package.json")) as Manifest;
}

/** Every package that a workspace names, whatever for. */
function declared(): readonly string[] {
  const manifests = [manifest(), manifest("provider"), manifest("emulator")];
  const names = manifests.flatMap(({ dependencies, devDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }),
  );
  return [...new Set(names)].toSorted();
}

/** The rows of the page's tables: the package, its licence, and the rest. */
function documented(): readonly { readonly name: string; readonly licence: string; readonly why: string }[] {
  return [
    ...textIn("docs", "DEPENDENCIES.md").matchAll(/^\| `([^`]+)` *\| ([^|\n]+) \| ([^|\n]+) \|$/gm),
  ].map(([, name = "", licence = "", why = ""]) => ({ name, licence: licence.trim(), why: why.trim() }));
}

test("docs/DEPENDENCIES.md has every dependency once, and nothing else", () => {
  const names = documented().map(({ name }) => name);
  expect(names.toSorted()).toEqual(declared());
});

test.each(documented())(
  "$name has a reason, and the licence that its package names",
  ({ name, licence, why }) => {
    expect(why).not.toBe("");
    expect(licence).toBe(manifest("node_modules", name).license);
  },
);

test("NOTICE has the licence of everything that comes with the provider, or is bundled into its emulator", () => {
  const notice = textIn("NOTICE");
  const { dependencies, peerDependencies } = manifest("provider");
  const bundled = manifest("emulator").dependencies;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...bundled })) {
    expect(notice).toContain(`* ${name} (${manifest("node_modules", name).license ?? ""})`);
  }
});
