import { parseArgs, type ParseArgsConfig } from "node:util";

import { ROLES, type Role } from "../users-api/role";
import { shown } from "../text";
import { didYouMean } from "../didYouMean";
import type { Shape } from "./adopt/adoption";
import { FORMATS, type Format } from "./adopt/project";
import { PAGE_FORMATS, type PageFormat } from "./preview/page";

/** Every command. */
export const COMMANDS = ["adopt", "list", "plan", "drift", "doctor"] as const;

/** What help is about: one command or, if undefined, all of them. */
export type Topic = (typeof COMMANDS)[number] | undefined;

/** What a command line asks for. */
export type Command =
  | { readonly kind: "version" | "doctor" }
  | { readonly kind: "help"; readonly topic: Topic }
  | AdoptCommand
  | PlanCommand
  | DriftCommand
  | ({ readonly kind: "list" } & ListOptions);

/** The options of `adopt`. */
export interface AdoptCommand {
  readonly kind: "adopt";
  readonly role: Role | undefined;
  readonly format: Format;
  readonly shape: Shape;
  /** Whether to declare who may use which project, too. */
  readonly projects: boolean;
  /** The folder to write into; undefined: standard output. */
  readonly out: string | undefined;
}

/** What the commands that preview a stack have in common. */
export interface PreviewOptions {
  readonly format: PageFormat;
  /** The folder of the Pulumi project. Default: the current one. */
  readonly cwd: string | undefined;
  /** Default: `PULUMI_STACK`, or else the selected one. */
  readonly stack: string | undefined;
}

/** The options of `plan`. */
export interface PlanCommand extends PreviewOptions {
  readonly kind: "plan";
  /** Whether the exit code tells that there is something in the list. */
  readonly exitCode: boolean;
  /** The file into which the whole table is written as text, too. */
  readonly full: string | undefined;
  /** The file with the events of an update; undefined: the stack is previewed. */
  readonly events: string | undefined;
}

/** The options of `drift`. */
export interface DriftCommand extends PreviewOptions {
  readonly kind: "drift";
  /** Whether to ask the audit log who made the changes. */
  readonly who: boolean;
}

/**
 * What `list` lists: `people`, by their base role; `effective`, people by the role they have in effect; `activity`, when
 * people last used their keys; `projects`, people by the projects they may use; `invites`, the invitations.
 */
export type ListView = "people" | (typeof OTHER_VIEWS)[number];

const OTHER_VIEWS = ["effective", "activity", "projects", "invites"] as const;

/** The options of `list`. */
export interface ListOptions {
  readonly json: boolean;
  readonly view: ListView;
  readonly role: Role | undefined;
  /** Undefined: everybody. */
  readonly emails: readonly string[] | undefined;
}

/** The command cannot run as it was given: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the arguments after the name of the script.
 *
 * @throws {@link UsageError} if they make no sense.
 */
export function parseCommandLine(args: readonly string[]): Command {
  const first = args[0];
  if (first === "help" || args.includes("--help") || args.includes("-h")) {
    return { kind: "help", topic: COMMANDS.find((command) => args.includes(command)) };
  }
  if (first === undefined) throw new UsageError("There is no command. --help lists the commands.");
  const rest = args.slice(1);
  switch (first) {
    case "--version":
      options(rest, {});
      return { kind: "version" };
    case "doctor":
      options(rest, {});
      return { kind: "doctor" };
    case "adopt":
      return adopt(rest);
    case "plan":
      return plan(rest);
    case "drift":
      return drift(rest);
    case "list":
      return list(rest);
    default:
      throw new UsageError(
        first.startsWith("-")
          ? `There is no option ${shown(first)} before a command. --help lists the options.`
          : `There is no command ${shown(first)}.${didYouMean(first, COMMANDS)} --help lists the commands.`,
      );
  }
}

function adopt(args: readonly string[]): AdoptCommand {
  const given = options(args, {
    role: { type: "string" },
    format: { type: "string" },
    resources: { type: "boolean" },
    projects: { type: "boolean" },
    out: { type: "string" },
  });
  const format = oneOf(FORMATS, given.format, "--format must be one of") ?? FORMATS[0];
  if (given.out === "") throw new UsageError("--out must be the path of a folder.");
  const only = oneOf(ROLES, given.role, "--role must be one of");
  const shape = given.resources === true ? "resources" : "roster";
  if (shape === "roster" && only !== undefined && only !== "owner") {
    throw new UsageError(
      `--role ${only} needs --resources: a roster without the owners would fail for each of them.`,
    );
  }
  return { kind: "adopt", role: only, format, shape, projects: given.projects === true, out: given.out };
}

const PREVIEW_OPTIONS = {
  format: { type: "string" },
  cwd: { type: "string", short: "C" },
  stack: { type: "string", short: "s" },
} as const;

function plan(args: readonly string[]): PlanCommand {
  const given = options(args, {
    ...PREVIEW_OPTIONS,
    "exit-code": { type: "boolean" },
    full: { type: "string" },
    events: { type: "string" },
  });
  const { cwd, stack, full, events, "exit-code": exitCode = false } = given;
  if (full === "") throw new UsageError("--full must be the path of a file.");
  if (events === "") throw new UsageError("--events must be the path of a file.");
  if (events !== undefined && (cwd ?? stack) !== undefined)
    throw new UsageError("--events tells of an update that was made: leave out --cwd and --stack.");
  return { kind: "plan", format: pageFormat(given.format), cwd, stack, exitCode, full, events };
}

function drift(args: readonly string[]): DriftCommand {
  const given = options(args, { ...PREVIEW_OPTIONS, "no-who": { type: "boolean" } });
  const { cwd, stack } = given;
  return { kind: "drift", format: pageFormat(given.format), cwd, stack, who: given["no-who"] !== true };
}

function pageFormat(given: string | undefined): PageFormat {
  return oneOf(PAGE_FORMATS, given, "--format must be one of") ?? PAGE_FORMATS[0];
}

function list(args: readonly string[]): Command {
  const given = options(args, {
    json: { type: "boolean" },
    effective: { type: "boolean" },
    activity: { type: "boolean" },
    projects: { type: "boolean" },
    invites: { type: "boolean" },
    role: { type: "string" },
    email: { type: "string", multiple: true },
  });
  if (given.email?.includes("") === true) throw new UsageError("--email must not be empty.");
  const { json = false, email: emails } = given;
  const [view = "people", another] = OTHER_VIEWS.filter((name) => given[name] === true);
  if (another !== undefined) throw new UsageError(`--${view} and --${another} are two lists: leave out one.`);
  if (view === "invites" && (emails !== undefined || given.role !== undefined))
    throw new UsageError("--invites lists every invitation: leave out --role and --email.");
  if (view === "projects" && given.role !== undefined)
    throw new UsageError(
      "--projects lists roles in projects: leave out --role, which is one in the organization.",
    );
  return { kind: "list", json, view, role: oneOf(ROLES, given.role, "--role must be one of"), emails };
}

function oneOf<T extends string>(
  values: readonly T[],
  given: string | undefined,
  refusal: string,
): T | undefined {
  const value = values.find((one) => one === given);
  if (value === undefined && given !== undefined)
    throw new UsageError(`${refusal} ${values.join(", ")}, not ${shown(given)}.`);
  return value;
}

function options<const T extends NonNullable<ParseArgsConfig["options"]>>(args: readonly string[], known: T) {
  try {
    return parseArgs({ args: [...args], options: known, strict: true, allowPositionals: false }).values;
  } catch (error) {
    const { message } = error as Error;
    // The rest is advice on positional arguments, of which there are none.
    const [what = message] = message.split(/\.\s|\n/, 1);
    const option = /^Unknown option '--(.+)'$/.exec(what)?.[1];
    const hint = option === undefined ? "" : didYouMean(option, Object.keys(known), "--");
    throw new UsageError(`${what.replace(/\.$/, "")}.${hint} --help lists the options.`, { cause: error });
  }
}
