import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

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
