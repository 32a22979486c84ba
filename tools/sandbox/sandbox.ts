import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { stripVTControlCharacters } from "node:util";

/** What a sandbox holds. */
export interface SandboxOptions {
  /** The `pulumi` binary to run. */
  readonly pulumi: string;
  /** The `node_modules` that programs in the sandbox see. Default: none. */
  readonly nodeModules?: string;
  /** Files and folders to copy: from where, by their path in the sandbox. */
  readonly copies?: Readonly<Record<string, string>>;
  /** Files to write: their text, by their path in the sandbox. */
  readonly files?: Readonly<Record<string, string>>;
  /** Environment of every run. A variable that is undefined is not set. */
  readonly env?: NodeJS.ProcessEnv;
}

/** How one command runs. */
export interface RunOptions {
  /** Added to the sandbox's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Gets the output as it comes, colours and all. */
  readonly onOutput?: (text: string) => void;
  /** Takes the process as soon as it has started. */
  readonly onStart?: (child: ChildProcess) => void;
  /** Folder to run in, within the sandbox. Default: its top. */
  readonly cwd?: string;
}

/** What a command did. */
export interface RunResult {
  /** Exit code; 128 where a signal ended it. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard output and standard error as they came, without colours. */
  readonly output: string;
}

/**
 * Variables of the user's own: those that would let a command reach the user's stacks, plugins or organization, and
 * those that would have Node.js load or do more than the program says.
 */
const PRIVATE = /^((PULUMI|OPENAI|TS_NODE)_|NODE_OPTIONS$)/i;

/**
 * A temporary folder with a Pulumi project, a backend and a Pulumi home of its own: whatever a command does there,
 * the user's stacks, login and settings are not touched.
 */
export class Sandbox {
  readonly folder: string;
  readonly #pulumi: string;
  /** Environment of every run. */
  readonly env: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();

  private constructor(folder: string, options: SandboxOptions) {
    this.folder = folder;
    this.#pulumi = options.pulumi;
    const kept = Object.entries(process.env).filter(([name]) => !PRIVATE.test(name));
    this.env = {
      ...Object.fromEntries(kept),
      // What the sandbox brings along goes first. Language hosts and the dynamic provider stand beside the CLI.
      PATH: [join(folder, "bin"), dirname(options.pulumi), process.env.PATH ?? ""].join(delimiter),
      PULUMI_HOME: join(folder, ".home"),
      PULUMI_BACKEND_URL: fileUrl(join(folder, ".backend")),
      PULUMI_CONFIG_PASSPHRASE: "sandbox",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      // Pulumi's SDK talks to the engine over gRPC, which would use a proxy (http_proxy) even to this very machine.
      no_grpc_proxy: "127.0.0.1",
      ...options.env,
    };
  }

  /** Makes a sandbox. */
  static async open(options: SandboxOptions): Promise<Sandbox> {
    const sandbox = new Sandbox(await mkdtemp(join(tmpdir(), "pulumi-openai-")), options);
    const { folder } = sandbox;
    await mkdir(join(folder, ".backend"));
    if (options.nodeModules !== undefined) {
      await symlink(options.nodeModules, join(folder, "node_modules"), "junction");
    }
    for (const [path, from] of Object.entries(options.copies ?? {})) {
      await cp(from, join(folder, path), { recursive: true });
    }
    for (const [path, text] of Object.entries(options.files ?? {})) await sandbox.write(path, text);
    return sandbox;
  }

  /** Writes a file, and the folders above it. */
  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  /** Runs `pulumi` with some arguments to its end, whatever its exit code. */
  pulumi(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.run(this.#pulumi, args, options);
  }

  /** Runs any command to its end, whatever its exit code. */
  run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: join(this.folder, options.cwd ?? ""),
        env: { ...this.env, ...options.env },
        stdio: ["ignore", "pipe", "pipe"],
        // A Ctrl-C in the terminal reaches this process alone, which then decides. (On Windows this would open a
        // window for each command.)
        detached: process.platform !== "win32",
      });
      this.#running.add(child);
      options.onStart?.(child);
      let stdout = "";
      let output = "";
      const take = (text: string): void => {
        output += text;
        options.onOutput?.(text);
      };
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        take(text);
      });
      child.stderr.setEncoding("utf8").on("data", take);
      child.on("error", reject);
      child.on("close", (code) => {
        this.#running.delete(child);
        resolve({ code: code ?? 128, stdout, output: stripVTControlCharacters(output) });
      });
    });
  }

  /** Ends what still runs, and removes the folder. */
  async close(): Promise<void> {
    await Promise.all([...this.#running].map(endChild));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The address of a folder as Pulumi's backend reads it: on Windows `file://C:/…`, where a URL would have one slash more. */
function fileUrl(folder: string): string {
  return `file://${folder.replaceAll(sep, "/").replace(/[%#?]/g, encodeURIComponent)}`;
}

/** How long a command may take to end after it was asked to, in milliseconds. */
const GRACE = 5_000;

/** Asks a command to end as a second Ctrl-C does, so that it ends its own children; then ends it. */
async function endChild(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGINT");
  child.kill("SIGINT");
  const last = setTimeout(() => child.kill("SIGKILL"), GRACE);
  await closed;
  clearTimeout(last);
}
