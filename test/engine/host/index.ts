import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { realpath } from "node:fs/promises";
import { join } from "node:path";

/** Has Node.js load what the SDK seldom uses when it is used. */
export const LAZY = `--require ${JSON.stringify(join(__dirname, "lazy.js"))}`;

let started: Promise<LanguageHost> | undefined;

afterAll(async () => {
  (await started)?.close();
});

/** The language host that the programs of this file's tests share. */
export function sharedHost(): Promise<LanguageHost> {
  return (started ??= LanguageHost.start());
}

export class LanguageHost {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    /** What tells the CLI to have the program run there. */
    readonly env: NodeJS.ProcessEnv,
  ) {
    this.#child = child;
  }

  static async start(): Promise<LanguageHost> {
    const child = fork(join(__dirname, "main.js"));
    const [port] = (await once(child, "message")) as [number];
    return new LanguageHost(child, { PULUMI_DEBUG_LANGUAGES: `nodejs:${port}` });
  }

  /** Has the program in a folder see this environment from now on. */
  async setEnvironment(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
    const taken = once(this.#child, "message");
    this.#child.send({ folder: await realpath(folder), env });
    await taken;
  }

  close(): void {
    this.#child.disconnect();
  }
}
