import { resolve } from "node:path";

import { EXAMPLE_PEOPLE, startEmulator, type Counts } from "pulumi-openai-organization-emulator";

import { Sandbox } from "../sandbox";
import { STEPS, type Step } from "./steps";
import { table } from "./table";

/** The top of the repository, as seen from the compiled file. */
const TOP = resolve(__dirname, "..", "..", "..");

/**
 * Runs every step with the real CLI against an emulator in this process, and shows what the CLI says and what each
 * step cost. Everything happens on a copy of the example in a temporary folder, with a backend and a Pulumi home of
 * its own.
 *
 * @returns whether every step showed what it should.
 */
export async function runDemo(pulumi: string, interrupted: AbortSignal): Promise<boolean> {
  await using emulator = await startEmulator({ users: EXAMPLE_PEOPLE });
  await using sandbox = await Sandbox.open({
    pulumi,
    nodeModules: resolve(TOP, "node_modules"),
    copies: {
      "package.json": resolve(TOP, "package.json"),
      "Pulumi.yaml": resolve(TOP, "Pulumi.yaml"),
      "examples/people": resolve(TOP, "examples", "people"),
    },
    env: { OPENAI_BASE_URL: emulator.url, OPENAI_ADMIN_KEY: emulator.adminKey },
  });
  // Closing the sandbox ends what runs in it, so that the command under way returns.
  interrupted.addEventListener("abort", () => void sandbox.close(), { once: true });

  await sandbox.pulumi(["stack", "init", "demo"]);
  const costs: { title: string; counts: Counts }[] = [];
  const failed: string[] = [];
  for (const [index, step] of STEPS.entries()) {
    if (interrupted.aborted) return false;
    const title = `${index + 1}. ${step.title}`;
    heading(title);
    step.before?.(emulator);
    emulator.requests.reset();
    const missed = await runStep(step, sandbox, (email) => emulator.users.byEmail(email)?.role ?? undefined);
    failed.push(...missed.map((what) => `${title}: ${what}`));
    costs.push({ title, counts: emulator.requests.counts() });
  }

  heading("API requests by step");
  console.log(table(costs));
  if (failed.length > 0) console.log(`\nNot shown:\n  ${failed.join("\n  ")}`);
  return failed.length === 0;
}

/** Runs one step; answers what it should have shown and did not. */
async function runStep(
  step: Step,
  sandbox: Sandbox,
  roleOf: (email: string) => string | undefined,
): Promise<string[]> {
  const results = [];
  for (const args of step.commands) {
    console.log(`\n$ pulumi ${args.join(" ")}`);
    const colour = process.stdout.isTTY ? "always" : "never";
    const result = await sandbox.pulumi([...args, "--stack", "demo", "--color", colour], {
      onOutput: (text) => process.stdout.write(text),
    });
    console.log(`(exit code ${result.code})`);
    results.push(result);
  }
  const checks = Object.entries(step.expect({ results, roleOf }));
  for (const [what, held] of checks) console.log(`${held ? "  ok  " : " FAIL "} ${what}`);
  return checks.filter(([, held]) => !held).map(([what]) => what);
}

function heading(text: string): void {
  console.log(`\n${text}\n${"=".repeat(text.length)}`);
}
