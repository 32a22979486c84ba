import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadWithin } from "../../../tools/pulumi-cli/download";
import type { InstallContext } from "../../../tools/pulumi-cli/install";
import { versionOf } from "../../../tools/pulumi-cli/locate";
import { makeScratch, removeScratches, version, type Scratch } from "./fakes";

let scratch: Scratch;
let context: InstallContext;
let probe: jest.SpiedFunction<typeof fetch>;

beforeEach(() => {
  scratch = makeScratch();
  const staging = join(scratch.root, "staging");
  mkdirSync(staging);
  context = {
    version,
    staging,
    env: scratch.env,
    log: () => undefined,
    signal: new AbortController().signal,
  };
  probe = jest.spyOn(globalThis, "fetch").mockResolvedValue(new Response());
});
afterEach(() => {
  probe.mockRestore();
  removeScratches();
});

const patience = { probeMs: 2_000, stalledMs: 10_000 };

/** What the wrapper gets for its request, in place of the official install script. */
function serveScript(script: string): InstallContext {
  const stub = join(scratch.root, "stub.js");
  writeFileSync(
    stub,
    `globalThis.fetch = async () => ({ ok: true, text: async () => ${JSON.stringify(script)} });`,
  );
  // A version that the user has set for the wrapper must not lead it astray.
  return { ...context, env: { ...context.env, NODE_OPTIONS: `--require=${stub}`, PULUMI_VERSION: "3.1.0" } };
}

const installScript = `while [ "$1" != --install-root ]; do shift; done
/bin/mkdir -p "$2/bin"; printf '#!/bin/sh\\necho v%s\\n' "$4" > "$2/bin/pulumi"; /bin/chmod +x "$2/bin/pulumi"`;

test("has the wrapper install into the staging folder", async () => {
  const folder = await downloadWithin(patience, serveScript(installScript));
  expect(folder.startsWith(context.staging)).toBe(true);
  expect(await versionOf(join(folder, "bin", "pulumi"), scratch.env)).toBe(version);
});

test("says that the host cannot be reached, and why", async () => {
  probe.mockRejectedValue(new TypeError("fetch failed", { cause: new Error("no such host") }));
  await expect(downloadWithin(patience, context)).rejects.toThrow("cannot be reached: no such host");
});

test("says that a proxy is not used, where there is one", async () => {
  probe.mockRejectedValue(new TypeError("fetch failed", { cause: new Error("no such host") }));
  const proxied = { ...context, env: { ...context.env, HTTPS_PROXY: "http://proxy.example.com:8080" } };
  await expect(downloadWithin(patience, proxied)).rejects.toThrow("no such host (HTTPS_PROXY is not used");
});

test("takes an error page for no download", async () => {
  probe.mockResolvedValue(new Response("blocked", { status: 403 }));
  await expect(downloadWithin(patience, context)).rejects.toThrow("it answered 403");
});

test("does not wait for a host that never answers", async () => {
  probe.mockImplementation(
    (_input, init) =>
      new Promise((_resolve, reject) => {
        const { signal } = init ?? {};
        signal?.addEventListener("abort", () => {
          reject(signal.reason as Error);
        });
      }),
  );
  await expect(downloadWithin({ ...patience, probeMs: 100 }, context)).rejects.toThrow(
    "no answer within 0.1 s",
  );
});

test("gives up a download that stands still", async () => {
  const hanging = serveScript("exec /bin/sleep 30");
  const attempt = downloadWithin({ ...patience, stalledMs: 900 }, hanging);
  await expect(attempt).rejects.toThrow("the download stood still for 0.9 s");
});

test("fails where the script fails", async () => {
  await expect(downloadWithin(patience, serveScript("echo disk full; exit 1"))).rejects.toThrow(
    /ended with 1: /,
  );
});
