import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const TOP = resolve(__dirname, "..", "..");

interface Manifest {
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function manifest(...path: readonly string[]): Manifest {
  return JSON.parse(readFileSync(join(TOP, ...path, "package.json"), "utf8")) as Manifest;
}

/** Every package that a workspace names, whatever for. */
function declared(): readonly string[] {
  const manifests = [manifest(), manifest("provider"), manifest("emulator")];
  const names = manifests.flatMap((each) =>
    [each.dependencies, each.devDependencies, each.peerDependencies].flatMap((these) =>
      Object.keys(these ?? {}),
    ),
  );
  return [...new Set(names)].toSorted();
}

/** The rows of the page's tables: the package, its licence, and the rest. */
function documented(): readonly { readonly name: string; readonly licence: string; readonly why: string }[] {
  return readFileSync(join(TOP, "docs", "DEPENDENCIES.md"), "utf8")
    .split("\n")
    .map((line) => /^\| `([^`]+)` *\| ([^|]+) \| ([^|]+) \|$/.exec(line))
    .filter((match) => match !== null)
    .map(([, name = "", licence = "", why = ""]) => ({ name, licence: licence.trim(), why: why.trim() }));
}

test("docs/DEPENDENCIES.md has every dependency once, and nothing else", () => {
  expect(
    documented()
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(declared());
});

test.each(documented())(
  "$name has a reason, and the licence that its package names",
  ({ name, licence, why }) => {
    expect(why).not.toBe("");
    expect(licence).toBe(manifest("node_modules", name).license);
  },
);

test("NOTICE has the licence of everything that comes with the provider, or is bundled into its emulator", () => {
  const notice = readFileSync(join(TOP, "NOTICE"), "utf8");
  const { dependencies, peerDependencies } = manifest("provider");
  const bundled = manifest("emulator").dependencies;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies, ...bundled })) {
    expect(notice).toContain(`* ${name} (${manifest("node_modules", name).license ?? ""})`);
  }
});
