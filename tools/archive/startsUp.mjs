import { spawn } from "node:child_process";
import { once } from "node:events";

/** Starts a plugin as the engine does, and fails if it prints no port: an archive of it would help nobody. */
export async function startsUp(plugin) {
  const child = spawn(plugin, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.setEncoding("utf8");
  const ended = once(child, "exit");
  const [said] = await Promise.race([once(child.stdout, "data"), ended]);
  child.kill();
  await ended;
  if (typeof said !== "string" || !/^\d+\n/.test(said)) throw new Error(`${plugin} does not start: ${said}`);
}
