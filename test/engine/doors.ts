import { join } from "node:path";

import { yamlHost } from "../../tools/pulumi-cli";
import { CLI_VERSION, startEngine, TOP, type Declarations, type Engine, type EngineOptions } from "./engine";

/** What a program declares, in any language. */
export interface Program {
  /** The arguments of each OrganizationUserRole, right or wrong, by its name. */
  readonly roles?: Declarations;
  /** The arguments of an OrganizationRoster called `people`. */
  readonly roster?: Readonly<Record<string, unknown>>;
  /** The resource options of each OrganizationUserRole, by its name. */
  readonly options?: Declarations;
  /** Whether every command refreshes; in YAML, resources are refreshed anyway. Default: no. */
  readonly refreshes?: boolean;
  /** The arguments of each ProjectRoster, right or wrong, by its name. They depend on the OrganizationRoster, if any. */
  readonly projects?: Declarations;
  /** Whether they do not, after all. */
  readonly isIndependent?: boolean;
}

/** What only a program in YAML has. */
export interface YamlProgram extends Program {
  /** Further parts of the project file. */
  readonly more?: Readonly<Record<string, object>>;
}

/** One of the ways in which a program reaches the provider. */
export interface Door<P extends Program = Program> {
  /** A project that this program is. */
  files(program: P): Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
}

const refresh = (always: boolean): object => (always ? { options: { refresh: "always" } } : {});

/** Programs in JavaScript, through the dynamic provider. */
export const javascript: Door = {
  files({ roles = {}, roster, projects = {}, options = {}, refreshes = false, isIndependent = false }) {
    const lines = Object.entries(roles).map(([name, args]) =>
      create("OrganizationUserRole", name, args, options[name]),
    );
    if (roster !== undefined) lines.push(`const people = ${create("OrganizationRoster", "people", roster)}`);
    const dependsOn = roster === undefined || isIndependent ? "" : ", { dependsOn: people }";
    for (const [name, args] of Object.entries(projects))
      lines.push(create("ProjectRoster", name, args).replace(/\);\n$/, `${dependsOn});\n`));
    const runtime = { name: "nodejs", options: { typescript: false } };
    return {
      "Pulumi.yaml": JSON.stringify({ name: "people", runtime, ...refresh(refreshes) }),
      "package.json": JSON.stringify({ name: "people", private: true, main: "index.js" }),
      "index.js": `const openai = require("pulumi-openai-organization");\n${lines.join("")}`,
    };
  },
  links: {},
};

function create(type: string, name: string, ...args: readonly (object | undefined)[]): string {
  return `new openai.${type}(${[name, ...args].map((arg) => JSON.stringify(arg)).join(", ")});\n`;
}

/** The plugin's executable, to which npm makes links; or another one, to try. */
export const PLUGIN = process.env.TEST_PLUGIN ?? join(TOP, "provider", "dist", "plugin", "main.js");

/** Programs in YAML, through the provider plugin. */
export const yaml: Door<YamlProgram> = {
  files({
    roles = {},
    roster,
    projects = {},
    options = {},
    refreshes = false,
    more = {},
    isIndependent = false,
  }) {
    const all = { OrganizationUserRole: roles, ProjectRoster: projects };
    const resources = Object.entries(all).flatMap(([type, declarations]) =>
      Object.entries(declarations).map(([name, properties]) => {
        const isAfter = type === "ProjectRoster" && roster !== undefined && !isIndependent;
        const after = isAfter ? { dependsOn: ["${people}"] } : undefined;
        const resource = {
          type: `openai-organization:${type}`,
          properties,
          options: options[name] ?? after,
        };
        return [name, resource] as const;
      }),
    );
    const people = {
      type: "openai-organization:OrganizationRoster",
      properties: roster,
      options: options.people,
    };
    const project = {
      name: "people",
      runtime: "yaml",
      ...refresh(refreshes),
      ...more,
      resources: { ...more.resources, ...(roster && { people }), ...Object.fromEntries(resources) },
    };
    // JSON is YAML, too.
    return { "Pulumi.yaml": JSON.stringify(project) };
  },
  links: { "bin/pulumi-resource-openai-organization": PLUGIN },
};

/** Whether programs in YAML can run here: their language host is no part of every CLI. */
export const hasYaml = yamlHost(process.env, CLI_VERSION) !== undefined;

/** The doors that can be tried here. */
export const DOORS: readonly (readonly [string, Door])[] = [
  ["JavaScript", javascript],
  ...(hasYaml ? ([["YAML", yaml]] as const) : []),
];

/** Starts an engine with a program behind one of the doors. */
export function startAt<P extends Program>(
  door: Door<P>,
  program: P,
  options: EngineOptions = {},
): Promise<Engine> {
  const links = { ...door.links, ...options.links };
  return startEngine({ ownProcess: false, ...options, files: door.files(program), links });
}

/** Exchanges the program. */
export async function declareAt<P extends Program>(door: Door<P>, engine: Engine, program: P): Promise<void> {
  for (const [path, text] of Object.entries(door.files(program))) await engine.sandbox.write(path, text);
}
