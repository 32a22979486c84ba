import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";

import { OWN_PACKAGE } from "../../provider/src/ownPackage";
import { closing, TOP } from "../engine/engine";

/** A folder that ends with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openai-release-"));
  closing({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) });
  return folder;
}

/** Runs one of the tools that make a release. Returns the path that it prints last. */
export async function made(tool: "archive" | "sdks", ...options: readonly string[]): Promise<string> {
  const main = join(TOP, "tools", tool, "main.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...options]);
  return stdout.trimEnd().split("\n").at(-1) ?? "";
}

/** Makes an archive. */
export async function archive(...options: readonly string[]): Promise<string> {
  return made("archive", "--out", await temporaryFolder(), ...options);
}

/** Serves an archive as the releases of a repository do. Returns the repository's address. */
export async function serveReleases(path: string): Promise<string> {
  const served = `/acme/roles/releases/download/v${OWN_PACKAGE.version}/${basename(path)}`;
  const server = createServer((request, response) => {
    if (request.url !== served) response.writeHead(404).end();
    else void readFile(path).then((file) => response.end(file));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing({
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme/roles`;
}
