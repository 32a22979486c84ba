import { resolve } from "node:path";

import { EXAMPLE_PEOPLE, startEmulator, type Counts } from "pulumi-openai-organization-emulator";

import { Sandbox } from "../sandbox";
import { STEPS } from "./steps";
import { table } from "./table";

/** The top of the repository, as seen from the compiled file. */
const TOP = resolve(__dirname, "..", "..", "..");

/** What a run of the demo came to. */
export interface Demo {
  /** Whether every step showed what it should. */
  readonly passed: boolean;
  /**
   * What the terminal showed of the pictured steps, with the escape sequences of colours if `colours` were
   * asked for.
   */
  readonly picture: string;
}

/**
 * Runs every step with the real CLI against an emulator in this process, and shows what the CLI says and what each
 * step cost. Everything happens on a copy of the example in a temporary folder, with a backend and a Pulumi home of
 * its own.
 */
export async function runDemo(pulumi: string, colours: boolean, interrupted: AbortSignal): Promise<Demo> {
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
  const stopped = (): boolean => interrupted.aborted;
  // Closing the sandbox ends what runs in it, so that the command under way returns.
  interrupted.addEventListener("abort", () => void sandbox.close(), { once: true });

  await sandbox.pulumi(["stack", "init", "demo"]);
  const display = ["--stack", "demo", "--suppress-progress", "--color", colours ? "always" : "never"];
  const costs: { title: string; counts: Counts }[] = [];
  const failed: string[] = [];
  let picture = "";
  for (const [index, step] of STEPS.entries()) {
    if (stopped()) return { passed: false, picture };
    const title = `${index + 1}. ${step.title}`;
    const show = (text: string): void => {
      process.stdout.write(text);
      if (step.pictured === true) picture += text;
    };
    show(heading(title));
    step.before?.(emulator);
    emulator.requests.reset();
    const results = [];
    for (const args of step.commands) {
      show(`\n$ pulumi ${args.join(" ")}\n`);
      const result = await sandbox.pulumi([...args, ...display], { onOutput: show });
      if (stopped()) return { passed: false, picture };
      show(`(exit code ${result.code})\n`);
      results.push(result);
    }
    const roleOf = (email: string): string | undefined => emulator.users.byEmail(email)?.role ?? undefined;
    for (const [what, held] of Object.entries(step.expect({ results, roleOf }))) {
      show(`${held ? "  ok  " : " FAIL "} ${what}\n`);
      if (!held) failed.push(`${title}: ${what}`);
    }
    costs.push({ title, counts: emulator.requests.counts() });
  }

  console.log(heading("API requests of each step, by operation on users") + table(costs));
  if (failed.length > 0) console.log(`\nNot shown:\n  ${failed.join("\n  ")}`);
  return { passed: failed.length === 0, picture };
}

function heading(text: string): string {
  return `\n${text}\n${"=".repeat(text.length)}\n`;
}
