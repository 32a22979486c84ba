import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import {
  EXAMPLE_PEOPLE,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type LoggedRequest,
  type User,
} from "../../emulator/src";
import { SIGNATURE } from "../../provider/src/engine/protocol";
import { ensurePulumi } from "../../tools/pulumi-cli";
import { QUICK, sharedHost, type Configuration, type LanguageHost } from "./host";
import { Sandbox, type RunOptions, type RunResult } from "../../tools/sandbox";

/** The top of the repository. */
export const TOP = resolve(__dirname, "..", "..");

/** What a program says of people: the arguments of each OrganizationUserRole, right or wrong, by its name. */
export type Declarations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What is there before the first command. */
export interface EngineOptions extends Omit<EmulatorOptions, "port"> {
  /** What the program declares. Default: nothing. */
  readonly roles?: Declarations;
  /** The body of the program instead, with `pulumi` and `openai` (the package's exports) in scope. */
  readonly program?: string;
  /** Files of the project instead, by their path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files and folders to copy into the project: from where, by their path. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Folders to link into the project: to where, by their path. */
  readonly links?: Readonly<Record<string, string>>;
  /** The `node_modules` that the program sees. Default: the repository's. `null`: none. */
  readonly nodeModules?: string | null;
  /** Added to the environment of every command; undefined takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
  /** The folder of the project, within the sandbox. Default: its top. */
  readonly cwd?: string;
  /** Whether every command refreshes, which takes one more provider process. Default: no. */
  readonly refreshes?: boolean;
  /** Whether an `up` has been done. Its state is kept for what starts alike in the tests of a file. */
  readonly deployed?: boolean;
  /** Whether each run of the program is a process of its own. Default: where the project has `files` of its own. */
  readonly ownProcess?: boolean;
  /** The version of the CLI. Default: the one that all tests of the run have. */
  readonly cli?: string;
}

/** What a command did. */
export interface Outcome extends RunResult {
  /** The requests that it sent. */
  readonly requests: readonly LoggedRequest[];
  /** Those that change something, such as `modify_user user-bob owner` and `delete_user user-bob`. */
  readonly writes: readonly string[];
}

/** A resource as the stack's state holds it. */
export interface StateOfResource {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  readonly protect?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** An OrganizationUserRole as the stack's state holds it. */
export interface StateOfRole {
  readonly name: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** As programs in JavaScript name it, and as all others do. */
const TYPES = [
  "pulumi-nodejs:dynamic/openai:OrganizationUserRole",
  "openai-organization:index:OrganizationUserRole",
];

/** A program in plain JavaScript: one in TypeScript takes seconds to start, and its language is seldom the point. */
const PROJECT = "name: people\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n";
const REFRESHES = "options:\n  refresh: always\n";

const HEADER = [
  '"use strict";',
  'const pulumi = require("@pulumi/pulumi");',
  'const openai = require("pulumi-openai-organization");',
  "",
].join("\n");

jest.setTimeout(240_000);

const open: AsyncDisposable[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

/** Has something closed after the test. */
export function closing<T extends AsyncDisposable>(one: T): T {
  open.push(one);
  return one;
}

/** The version of the CLI to run, where it is not that of the dev dependency. */
export const CLI_VERSION = process.env.TEST_PULUMI_VERSION;

/** The CLI to run: one that `npm run pulumi:install` has seen to. */
export async function pulumiCommand(version = CLI_VERSION): Promise<string> {
  return (await ensurePulumi({ version, log: () => undefined })).command;
}

/**
 * Starts an organization and a Pulumi project with one empty stack that manages it. Both end after the test.
 *
 * Without `users` the organization has the people of the examples: alice, an owner, and the members bob, carol, dan
 * and erin.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const { roles, program, refreshes, files, copies, links, nodeModules, env, cwd, cli, deployed, ...more } =
    options;
  const { ownProcess = files !== undefined || nodeModules !== undefined, ...organizationOptions } = more;
  const organization = closing(await startEmulator({ users: EXAMPLE_PEOPLE, ...organizationOptions }));
  const pulumi = await pulumiCommand(cli);
  const host = ownProcess ? undefined : await sharedHost();
  const sandbox = closing(
    await Sandbox.open({
      pulumi,
      ...(nodeModules === null ? {} : { nodeModules: nodeModules ?? resolve(TOP, "node_modules") }),
      files: files ?? {
        "Pulumi.yaml": refreshes === true ? PROJECT + REFRESHES : PROJECT,
        "package.json": '{ "name": "people", "private": true, "main": "index.js" }\n',
        "index.js": program === undefined ? text(roles ?? {}) : HEADER + program,
      },
      ...(copies && { copies }),
      env: {
        OPENAI_BASE_URL: organization.url,
        OPENAI_ADMIN_KEY: organization.adminKey,
        ...QUICK,
        ...host?.env,
        ...env,
      },
    }),
  );
  await host?.prepare(sandbox);
  // Where the CLI is looked for by the repository's own wrapper of it, which npm puts first.
  const wrapper = { ".home/versions": resolve(pulumi, "..", "..", "..") };
  for (const [path, to] of Object.entries({ ...wrapper, ...links })) {
    await mkdir(dirname(join(sandbox.folder, path)), { recursive: true });
    await symlink(to, join(sandbox.folder, path), "junction");
  }
  const engine = await Engine.start(sandbox, organization, "dev", dirname(dirname(pulumi)), cwd, host);
  if (deployed === true) await engine.deploy(JSON.stringify(options));
  return engine;
}

/** What `up` has left, by what was started. */
const deployments = new Map<string, { readonly state: string; readonly users: readonly User[] }>();

/** A stack that manages an organization, with the real CLI. */
export class Engine {
  private constructor(
    /** The folder of the project, in which everything is that the CLI keeps. */
    readonly sandbox: Sandbox,
    readonly organization: Emulator,
    readonly stack: string,
    /** Where the CLI is installed. */
    readonly root: string,
    /** The folder of the project, within the sandbox. */
    readonly cwd: string,
    /** Where its program runs, if not in a process of its own. */
    private readonly host: LanguageHost | undefined,
  ) {}

  static async start(
    sandbox: Sandbox,
    organization: Emulator,
    stack: string,
    root: string,
    cwd = "",
    host?: LanguageHost,
  ): Promise<Engine> {
    const engine = new Engine(sandbox, organization, stack, root, cwd, host);
    if (host === undefined) await engine.pulumi("stack", "select", "--create", stack);
    else {
      // What `pulumi stack init` writes: it would be a command more for each test.
      await engine.#writeState(JSON.stringify({ version: 3, checkpoint: {} }));
      await engine.configure({});
      await host.setEnvironment(sandbox.folder, sandbox.env);
    }
    return engine;
  }

  /** Has this be the stack's configuration: `pulumi config set` would be a command more for each setting. */
  async configure(configuration: Configuration, path = `Pulumi.${this.stack}.yaml`): Promise<void> {
    if (this.host === undefined) throw new Error("Only the shared host's secrets can be written.");
    await this.sandbox.write(join(this.cwd, path), this.host.stackFile(configuration));
  }

  /** Ends the lock that a killed CLI leaves, as `pulumi cancel` does. */
  unlock(): Promise<void> {
    return rm(join(this.sandbox.folder, ".backend", ".pulumi", "locks"), { recursive: true });
  }

  /** Brings about what an `up` of the same start has left, by that where there was none. */
  async deploy(start: string): Promise<void> {
    const before = deployments.get(start);
    if (before !== undefined) {
      await this.#writeState(before.state);
      for (const { id, ...user } of before.users) this.organization.users.change(id, user);
      return;
    }
    await this.up();
    const state = await readFile(await this.stateFile(), "utf8");
    deployments.set(start, { state, users: this.organization.users.all() });
  }

  /** Another stack on the same organization: of the same project, or of one in another folder of the sandbox. */
  anotherStack(name: string, cwd = this.cwd): Promise<Engine> {
    return Engine.start(this.sandbox, this.organization, name, this.root, cwd, this.host);
  }

  /** Has the program declare these roles, and nothing else, from now on. */
  declare(roles: Declarations): Promise<void> {
    return this.sandbox.write("index.js", text(roles));
  }

  /** Exchanges the body of the program. */
  program(body: string): Promise<void> {
    return this.sandbox.write("index.js", HEADER + body);
  }

  /** `pulumi up`, without the preview before it. */
  up(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi("up", "--yes", "--skip-preview", ...args);
  }

  preview(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi("preview", ...args);
  }

  refresh(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi("refresh", "--yes", "--skip-preview", ...args);
  }

  destroy(...args: readonly string[]): Promise<Outcome> {
    return this.pulumi("destroy", "--yes", "--skip-preview", ...args);
  }

  /** Runs a command that must succeed. */
  async pulumi(...args: readonly string[]): Promise<Outcome> {
    const outcome = await this.tries(args);
    if (outcome.code !== 0) {
      throw new Error(`pulumi ${args.join(" ")} exited with ${outcome.code}:\n${outcome.output}`);
    }
    return outcome;
  }

  /** Runs a command that must fail: `preview`, or `up` without the preview before it. */
  async fails(
    command: "preview" | "up" | "refresh" | "destroy",
    ...args: readonly string[]
  ): Promise<Outcome> {
    const yes = command === "preview" ? [] : ["--yes", "--skip-preview"];
    const outcome = await this.tries([command, ...yes, ...args]);
    if (outcome.code === 0) throw new Error(`pulumi ${command} succeeded:\n${outcome.output}`);
    return outcome;
  }

  /** Runs a command, whatever its exit code. */
  async tries(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    await this.host?.setEnvironment(this.sandbox.folder, { ...this.sandbox.env, ...options.env });
    this.organization.requests.reset();
    const result = await this.sandbox.pulumi([...args, ...this.#common(args)], { cwd: this.cwd, ...options });
    const requests = this.organization.requests.log();
    return { ...result, requests, writes: requests.filter(isWrite).map(described) };
  }

  /** The resources of the stack's state, as `pulumi stack export` has them: it would be a command more. */
  async resources(): Promise<readonly StateOfResource[]> {
    interface Deployment {
      readonly resources?: readonly StateOfResource[];
    }
    if (this.sandbox.env.PULUMI_BACKEND_URL?.startsWith("file:") !== true) {
      const { stdout } = await this.pulumi("stack", "export");
      return (JSON.parse(stdout) as { deployment: Deployment }).deployment.resources ?? [];
    }
    const text = await readFile(await this.stateFile(), "utf8");
    return (JSON.parse(text) as { checkpoint: { latest?: Deployment } }).checkpoint.latest?.resources ?? [];
  }

  /** The OrganizationUserRoles of the stack's state, by their names. */
  async state(): Promise<Readonly<Record<string, StateOfRole>>> {
    const roles = (await this.resources()).filter(({ type }) => TYPES.includes(type));
    return Object.fromEntries(
      roles.map(({ urn, id, inputs, outputs }) => {
        const name = urn.split("::").at(-1) ?? "";
        return [name, { name, id, inputs, outputs }];
      }),
    );
  }

  /** The stack's outputs, as `pulumi stack output --json` has them. */
  async outputs(): Promise<unknown> {
    const stack = (await this.resources()).find(({ type }) => type === "pulumi:pulumi:Stack");
    const shown = (_key: string, value: unknown): unknown =>
      value instanceof Object && SIGNATURE in value ? "[secret]" : value;
    return JSON.parse(JSON.stringify(stack?.outputs ?? {}), shown);
  }

  /** The roles that were given in a project. */
  rolesIn(projectId: string): Readonly<Record<string, string>> {
    return this.organization.projects.get(projectId)?.users ?? {};
  }

  /** The role that the organization has for a person; undefined where the person is not there. */
  roleOf(userId: string): string | null | undefined {
    return this.organization.users.get(userId)?.role;
  }

  /** Where the backend keeps the state. */
  async stateFile(): Promise<string> {
    const { folder } = this.sandbox;
    const project = await readFile(join(folder, this.cwd, "Pulumi.yaml"), "utf8");
    const name = /\bname"?: ?"?([\w-]+)/.exec(project)?.[1] ?? "";
    return join(folder, ".backend", ".pulumi", "stacks", name, `${this.stack}.json`);
  }

  async #writeState(text: string): Promise<void> {
    const path = await this.stateFile();
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }

  #common(args: readonly string[]): readonly string[] {
    const common = ["--non-interactive", "--color", "never"];
    return args[0] === "stack" && args[1] === "select" ? common : [...common, "--stack", this.stack];
  }
}

/** What an `up` with a preview says before the update, and from then on. */
export function beforeAndAfter({ output }: Outcome): readonly [string, string] {
  const [before = "", after = ""] = output.split("\nUpdating (dev):\n");
  return [before, after];
}

/** A program that declares roles. What JSON leaves out, the program leaves out. */
function text(roles: Declarations): string {
  const lines = Object.entries(roles).map(
    ([name, args]) =>
      `new openai.OrganizationUserRole(${JSON.stringify(name)}, ${JSON.stringify(args, null, 2)});\n`,
  );
  return HEADER + lines.join("");
}

function isWrite({ method }: LoggedRequest): boolean {
  return method !== "GET";
}

function described({ operation, projectId, userId, body }: LoggedRequest): string {
  const { role, user_id: added } = (body === "" ? {} : JSON.parse(body)) as Record<string, string>;
  return [operation, projectId, userId ?? added, role].filter((part) => part !== undefined).join(" ");
}
