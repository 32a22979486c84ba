import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, realpath } from "node:fs/promises";
import { join } from "node:path";

import type { Sandbox } from "../../../tools/sandbox";

/** An environment that spares commands what no test is about. */
export const QUICK: NodeJS.ProcessEnv = {
  // Has Node.js load what the SDK seldom uses when it is used.
  NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "lazy.js"))}`,
  // Everything is on loopback, over http: to read certificates costs each start of Node.js more than to start.
  NODE_EXTRA_CA_CERTS: undefined,
  // Types are checked where they are the point: of examples, documentation and what is adopted without an engine.
  PULUMI_NODEJS_TRANSPILE_ONLY: "true",
};

let started: Promise<LanguageHost> | undefined;

afterAll(async () => {
  (await started)?.close();
});

/** The language host that the programs of this file's tests share. */
export function sharedHost(): Promise<LanguageHost> {
  return (started ??= LanguageHost.start());
}

/** Pulumi's own script asks Node.js where the dynamic provider is before it has Node.js run it. */
const NODE = `#!/bin/sh
case "$1 $2" in
  "-e "*cmd/dynamic-provider*) echo "${require.resolve("@pulumi/pulumi/cmd/dynamic-provider")}" ;;
  *) exec "${process.execPath}" "$@" ;;
esac
`;

export class LanguageHost {
  /**
   * The stack's configuration. Its secrets are encrypted with a key that the host keeps: to make one of a passphrase
   * costs each command as much as to start the CLI.
   */
  readonly stackFile = `secretsprovider: hashivault://stack\nencryptedkey: ${Buffer.from("key").toString("base64")}\n`;

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
    const [{ port, vault }] = (await once(child, "message")) as [{ port: number; vault: number }];
    return new LanguageHost(child, {
      PULUMI_DEBUG_LANGUAGES: `nodejs:${port}`,
      VAULT_SERVER_URL: `http://127.0.0.1:${vault}`,
      VAULT_SERVER_TOKEN: "vault",
    });
  }

  /** Saves commands what they do over and over, and what no test is about: an eighth of their time. */
  async prepare(sandbox: Sandbox): Promise<void> {
    if (process.platform === "win32") return;
    const node = join("bin", "node");
    await sandbox.write(node, NODE);
    await chmod(join(sandbox.folder, node), 0o755);
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
