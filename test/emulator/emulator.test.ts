import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { startEmulator } from "../../emulator/src";
import { call, start } from "./support";
import { EXAMPLE_PEOPLE } from "../../emulator/src/people";
import { parseOptions, USAGE } from "../../emulator/src/options";

/** The globals as they were before the first emulator started. */
const untouched = { Request: globalThis.Request, Response: globalThis.Response };

test("the log has each request and its answer, and forgets them on reset", async () => {
  const emulator = await start({ users: 1 });
  const before = Date.now();
  await call(emulator, "GET", "/organization/users/user-9?x=1&x=2", {
    headers: { "openai-organization": "org-1" },
  });
  const [request] = emulator.requests.log();
  expect(request).toMatchObject({
    operation: "retrieve_user",
    method: "GET",
    path: "/v1/organization/users/user-9",
    query: { x: ["1", "2"] },
    headers: { "openai-organization": "org-1" },
    body: "",
    userId: "user-9",
    status: 400,
  });
  expect(request?.startedAt).toBeGreaterThanOrEqual(before);
  emulator.requests.reset();
  expect(emulator.requests.log()).toEqual([]);
});

test("closing twice is closing once; a taken port rejects", async () => {
  const emulator = await start();
  const port = Number(new URL(emulator.url).port);
  await expect(startEmulator({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  await Promise.all([emulator.close(), emulator.close()]);
  await emulator[Symbol.asyncDispose]();
  await expect(fetch(emulator.url)).rejects.toThrow();
  await using again = await startEmulator({ port });
  expect(new URL(again.url).port).toBe(String(port));
});

test("leaves the globals of its process alone", async () => {
  const emulator = await start();
  await call(emulator, "GET", "/organization/users");
  expect(globalThis.Request).toBe(untouched.Request);
  expect(globalThis.Response).toBe(untouched.Response);
});

const DEFAULTS = { port: 0, users: EXAMPLE_PEOPLE, emailsFilter: true, memberRole: "member" };

test.each([
  ["", DEFAULTS],
  ["--port 8080 --users 250 --key sk-x", { ...DEFAULTS, port: 8080, users: 250, adminKey: "sk-x" }],
  ["--member-role reader --no-emails-filter", { ...DEFAULTS, memberRole: "reader", emailsFilter: false }],
])("'%s' starts the emulator with %j", (line, options) => {
  expect(parseOptions(line.split(" ").filter(Boolean))).toEqual({ kind: "start", options });
});

test("--help names every option", () => {
  expect(parseOptions(["--help"])).toEqual({ kind: "help" });
  for (const name of ["--port", "--users", "--key", "--member-role", "--no-emails-filter", "--help"])
    expect(USAGE).toContain(name);
});

test.each([
  ["--port 70000", "--port"],
  ["--port x", "--port"],
  ["--users -1", "--users"],
  ["--users=1.5", "--users"],
  ["--member-role owner", "--member-role"],
  ["--key a;b", "--key"],
  ["--key", "--key"],
  ["--verbose", "--verbose"],
  ["stray", "stray"],
])("'%s' is refused, naming what is wrong", (line, named) => {
  const message = expect.stringContaining(named) as string;
  expect(parseOptions(line.split(" "))).toEqual({ kind: "invalid", message });
});

// The built script, because signals and exit codes belong to a process of its own; `npm test` builds first.
const script = join(__dirname, "../../emulator/dist/main.js");

function run(...args: string[]) {
  return spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "prints what a client needs, serves it, and ends on %s",
  async (signal) => {
    const child = run("--users", "2", "--key", "sk-admin-mine");
    const exited = once(child, "exit");
    try {
      const [output] = (await once(child.stdout, "data")) as [Buffer];
      const lines = /^export OPENAI_BASE_URL=(\S+)\nexport OPENAI_ADMIN_KEY=(\S+)\n$/.exec(output.toString());
      expect(lines?.[2]).toBe("sk-admin-mine");
      const headers = { authorization: "Bearer sk-admin-mine" };
      const answer = await fetch(`${lines?.[1] ?? ""}/organization/users`, { headers });
      expect(await answer.json()).toMatchObject({ last_id: "user-000002" });
    } finally {
      child.kill(signal);
    }
    expect(await exited).toEqual([0, null]);
  },
);

test("answers bad arguments with a plain message and exit code 2", async () => {
  const child = run("--port", "x");
  const [message, exit] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(exit).toEqual([2, null]);
  expect(message).toContain("--port must be a whole number");
  expect(message).not.toContain("at ");
});
