import { ensurePulumi } from "../pulumi-cli";
import { runDemo } from "./demo";

/** `npm run demo`: exits 0 where every step showed what it should, 1 where one did not, 130 after Ctrl-C. */
async function main(): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      interrupted.abort();
    });
  }
  const { command } = await ensurePulumi();
  const passed = await runDemo(command, interrupted.signal);
  process.exitCode = interrupted.signal.aborted ? 130 : passed ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
