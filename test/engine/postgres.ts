import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { freePort } from "../freePort";

/** A PostgreSQL server on loopback. */
export interface Postgres extends AsyncDisposable {
  /** Where it is, as the CLI takes it for a backend. */
  readonly url: string;
}

/** Where Debian and its kin keep the server's programs, which are on no path. */
const DEBIAN = "/usr/lib/postgresql";

/** The folder of PostgreSQL's programs; undefined where it is not installed. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  return [
    ...(process.env.PATH ?? "").split(delimiter),
    ...versions.map((version) => join(DEBIAN, version, "bin")),
  ].find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

/** The server refuses to run as root: whoever is root runs it as `nobody`, whose numbers these are on Linux. */
const UNPRIVILEGED = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** Starts a server with an empty database, its data in a temporary folder. It ends, and the folder goes, when closed. */
export async function startPostgres(programs: string): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openai-postgres-"));
  const options = { cwd: folder, env: { LC_ALL: "C" }, ...UNPRIVILEGED };
  if (UNPRIVILEGED.uid !== undefined) await chown(folder, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  const password = randomUUID();
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, password, { mode: 0o644 });
  const data = join(folder, "data");
  const initdb = spawn(
    join(programs, "initdb"),
    [
      "--pgdata",
      data,
      "--username",
      "pulumi",
      "--auth",
      "scram-sha-256",
      "--pwfile",
      passwordFile,
      "--no-sync",
    ],
    { ...options, stdio: "ignore" },
  );
  const [code] = (await once(initdb, "exit")) as [number | null];
  if (code !== 0) throw new Error(`initdb exited with ${code ?? "a signal"}`);

  const port = await freePort();
  const server = spawn(
    join(programs, "postgres"),
    ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-c", "unix_socket_directories=", "-F"],
    { ...options, stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = once(server, "exit");
  await readiness(server, exited);
  return {
    url: `postgres://pulumi:${password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    async [Symbol.asyncDispose]() {
      // What a database calls a fast shutdown: connections are cut.
      server.kill("SIGINT");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for the line with which a server says that it answers. */
async function readiness(server: ChildProcess, exited: Promise<unknown>): Promise<void> {
  let output = "";
  const ready = new Promise<void>((resolve) => {
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("ready to accept connections")) resolve();
    });
  });
  const ended = exited.then(() => {
    throw new Error(`PostgreSQL did not start:\n${output}`);
  });
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
}
