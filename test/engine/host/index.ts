import { fork, type ChildProcess } from "node:child_process";
import { createCipheriv, randomBytes } from "node:crypto";
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
  // The CLI and the YAML host end before what a garbage collection saves is needed.
  GOGC: "400",
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

/** Whoever makes a stack of their own gives it this provider: a passphrase costs each command as much as to start the CLI. */
export const SECRETS_PROVIDER = "hashivault://stack";

/** What a stack's configuration has under each key: `openai-organization:minOwners`. */
export type Configuration = Readonly<Record<string, number | string | { readonly secret: string }>>;

export class LanguageHost {
  readonly #child: ChildProcess;
  readonly #key: Buffer;

  private constructor(
    child: ChildProcess,
    key: Buffer,
    /** What tells the CLI to have the program run there. */
    readonly env: NodeJS.ProcessEnv,
  ) {
    this.#child = child;
    this.#key = key;
  }

  static async start(): Promise<LanguageHost> {
    const key = randomBytes(32);
    const child = fork(join(__dirname, "main.js"), [key.toString("base64")], {
      env: { ...process.env, ...QUICK },
    });
    const [{ port, vault }] = (await once(child, "message")) as [{ port: number; vault: number }];
    return new LanguageHost(child, key, {
      PULUMI_DEBUG_LANGUAGES: ["nodejs", "go", "python"].map((language) => `${language}:${port}`).join(),
      VAULT_SERVER_URL: `http://127.0.0.1:${vault}`,
      VAULT_SERVER_TOKEN: "vault",
    });
  }

  /**
   * The file of a stack's configuration, as `pulumi config set` writes it. Its secrets are encrypted with a key that the
   * host keeps.
   */
  stackFile(configuration: Configuration): string {
    const values = Object.entries(configuration).map(([name, value]) =>
      typeof value === "object"
        ? `  ${name}:\n    secure: ${this.#encrypted(value.secret)}\n`
        : `  ${name}: ${value}\n`,
    );
    const key = Buffer.from("key").toString("base64");
    const head = `secretsprovider: ${SECRETS_PROVIDER}\nencryptedkey: ${key}\n`;
    return values.length === 0 ? head : `${head}config:\n${values.join("")}`;
  }

  /** A secret as Pulumi encrypts it. */
  #encrypted(secret: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const parts = [cipher.update(secret), cipher.final(), cipher.getAuthTag()];
    return `v1:${nonce.toString("base64")}:${Buffer.concat(parts).toString("base64")}`;
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
