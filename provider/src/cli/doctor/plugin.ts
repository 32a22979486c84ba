import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import { OWN_PACKAGE } from "../../ownPackage";
import { upwards } from "../../settings/projectFiles";
import { NAMESPACE } from "../../settingName";
import { shown } from "../../text";
import type { Check } from "./installation";

/** What begins each item of a list in YAML. */
const ITEM = /^[ \t]+- /m;
const NAME = new RegExp(String.raw`^\s*name: *["']?${NAMESPACE}["']?[ \t]*(?:#.*)?$`, "m");
const PATH = /^\s*path: *(["']?)(.+?)\1[ \t]*(?:#.*)?$/m;

const EXECUTABLE = `pulumi-resource-${NAMESPACE}`;

/** Whether the engine finds the plugin where a project's file says that it is; undefined if it says nothing. */
export function checkPlugin(project: string): Check | undefined {
  const items = readFileSync(project, "utf8").replaceAll("\r\n", "\n").split(ITEM);
  const path = PATH.exec(items.find((item) => NAME.test(item)) ?? "")?.[2];
  if (path === undefined) return undefined;
  const top = dirname(project);
  if (hasPlugin(resolve(top, path))) return { ok: true, message: `The plugin is in ${shown(path)}` };
  const where = upwards(top)
    .map((above) => join(above, "node_modules", ".bin"))
    .find(hasPlugin);
  const advice =
    where === undefined
      ? `There, run: npm install ${OWN_PACKAGE.name}`
      : `npm has put it above, as in a workspace: write path: ${relative(top, where).replaceAll("\\", "/")}`;
  return {
    ok: false,
    message: `${shown(project)} says that the plugin is in ${shown(path)}, where Pulumi finds none. ${advice}`,
  };
}

/** On Windows its name ends in `.cmd`. */
function hasPlugin(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => name.split(".")[0] === EXECUTABLE);
}
