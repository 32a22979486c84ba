import { startEmulator } from "./emulator";
import { parseOptions, USAGE } from "./options";

async function main(): Promise<void> {
  const command = parseOptions(process.argv.slice(2));
  if (command.kind === "help") {
    process.stdout.write(USAGE);
    return;
  }
  if (command.kind === "invalid") {
    process.stderr.write(`${command.message}\n(--help lists the options)\n`);
    process.exitCode = 2;
    return;
  }
  const emulator = await startEmulator(command.options);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void emulator.close());
  process.stdout.write(
    `export OPENAI_BASE_URL=${emulator.url}\nexport OPENAI_ADMIN_KEY=${emulator.adminKey}\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
