import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A provider plugin that an npm package says it needs. */
export interface RequiredPlugin {
  readonly name: string;
  readonly version: string;
  /** Where to download the plugin; empty for the default place. */
  readonly server: string;
}

/** An npm package and its version. */
export interface Dependency {
  readonly name: string;
  readonly version: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The plugins of all npm packages that the program can import: those whose package.json says `pulumi.resource`,
 * in the `node_modules` folders from the program's upwards.
 */
export async function pluginsInReach(programDirectory: string): Promise<RequiredPlugin[]> {
  const plugins = new Map<string, RequiredPlugin>();
  for (const folder of foldersUpwards(programDirectory)) {
    for (const packageFolder of await packagesIn(join(folder, "node_modules"))) {
      const manifest = await readManifest(packageFolder);
      const plugin = manifest && pluginOf(manifest);
      if (plugin) plugins.set(`${plugin.name}@${plugin.version}`, plugin);
    }
  }
  return [...plugins.values()];
}

/** The dependencies that the program's package.json declares, with the installed version where there is one. */
export async function dependenciesOf(programDirectory: string): Promise<Dependency[]> {
  for (const folder of foldersUpwards(programDirectory)) {
    const manifest = await readManifest(folder);
    if (!manifest) continue;
    const declared = { ...asObject(manifest.devDependencies), ...asObject(manifest.dependencies) };
    return Promise.all(
      Object.entries(declared).map(async ([name, range]) => ({
        name,
        version: (await installedVersion(folder, name)) ?? asText(range),
      })),
    );
  }
  return [];
}

async function installedVersion(folder: string, name: string): Promise<string | undefined> {
  for (const upper of foldersUpwards(folder)) {
    const manifest = await readManifest(join(upper, "node_modules", name));
    if (manifest) return asText(manifest.version);
  }
  return undefined;
}

function pluginOf(manifest: Json): RequiredPlugin | undefined {
  const pulumi = asObject(manifest.pulumi);
  if (pulumi.resource !== true) return undefined;
  const name = asText(pulumi.name) || scopedPluginName(asText(manifest.name));
  const version = asText(pulumi.version) || asText(manifest.version);
  if (!name || !version) return undefined;
  return {
    name,
    version: version.startsWith("v") ? version : `v${version}`,
    server: asText(pulumi.server),
  };
}

/** Only packages of the @pulumi scope may leave out the plugin's name. */
function scopedPluginName(packageName: string): string {
  return packageName.startsWith("@pulumi/") ? packageName.slice("@pulumi/".length) : "";
}

async function packagesIn(nodeModules: string): Promise<string[]> {
  const names = await namesIn(nodeModules);
  const folders = await Promise.all(
    names.map(async (name) =>
      name.startsWith("@")
        ? (await namesIn(join(nodeModules, name))).map((inner) => join(nodeModules, name, inner))
        : [join(nodeModules, name)],
    ),
  );
  return folders.flat();
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

async function readManifest(folder: string): Promise<Json | undefined> {
  try {
    return asObject(JSON.parse(await readFile(join(folder, "package.json"), "utf8")));
  } catch {
    return undefined;
  }
}

function foldersUpwards(start: string): string[] {
  const folders = [start];
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder))
    folders.push(dirname(folder));
  return folders;
}

function asObject(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
