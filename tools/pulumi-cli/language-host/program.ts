import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { splitArguments } from "./arguments";

/** The exit code with which the SDK's runner says: the error was shown already, add nothing. */
const alreadyReported = 32;
const killAfterMs = 5_000;

/** A Node.js process that is to run a Pulumi program. */
export interface Program {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** How a program ended: well, with an error that it showed itself, or with one that is still to be shown. */
export type ProgramOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "reported" }
  | { readonly kind: "failed"; readonly message: string };

/** The `runtime.options` of Pulumi.yaml that matter for running. */
interface RuntimeOptions {
  readonly nodeArgs: string[];
  readonly typescript: boolean;
  readonly tsconfig: string | undefined;
}

/**
 * The SDK's program runner, as the program itself would resolve it: it has to be the copy of the SDK that the
 * program loads, since the two share state.
 *
 * @throws an Error that tells what to run, where the SDK is not installed.
 */
export function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch (cause) {
    throw new Error(
      `The Pulumi SDK was not found from ${programDirectory}. Is @pulumi/pulumi among the dependencies, and was npm install run?`,
      { cause },
    );
  }
}

/** The command line and environment of the program that a run request describes. */
export function prepareProgram(request: RunRequest, engineAddress: string | undefined): Program {
  const info = request.getInfo();
  if (!info) throw new Error("The engine's request to run a program does not say which.");
  const options = readOptions(info.getOptions()?.toJavaScript() ?? {});
  const args = [...options.nodeArgs, locateRunner(info.getProgramDirectory())];
  const flag = (name: string, value: string | undefined) => {
    if (value) args.push(`--${name}`, value);
  };
  flag("monitor", request.getMonitorAddress());
  flag("engine", engineAddress);
  flag("organization", request.getOrganization());
  flag("project", request.getProject());
  flag("root-directory", info.getRootDirectory());
  flag("stack", request.getStack());
  flag("pwd", info.getProgramDirectory());
  if (request.getDryrun()) args.push("--dry-run");
  flag("parallel", String(request.getParallel()));
  args.push(info.getEntryPoint() || ".", ...request.getArgsList());

  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  if (options.typescript) env.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (options.tsconfig) env.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return { args, env };
}

/** Runs a program to its end. Aborting interrupts it, and kills it where it does not end within 5 s. */
export function runProgram(program: Program, signal: AbortSignal): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    // Output is inherited, not copied: nothing can be lost when the program exits at once after printing.
    // No process group of its own: the engine ends the group of the language host, and means the program too.
    const child = spawn(process.execPath, program.args, {
      env: program.env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    let killer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      child.kill("SIGINT");
      killer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    };
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt, { once: true });

    const finish = (outcome: ProgramOutcome) => {
      clearTimeout(killer);
      signal.removeEventListener("abort", interrupt);
      resolve(outcome);
    };
    child.on("error", (error) => {
      finish({ kind: "failed", message: `The program could not be started: ${error.message}` });
    });
    child.on("exit", (code, endedBy) => {
      if (code === 0) finish({ kind: "done" });
      else if (code === alreadyReported) finish({ kind: "reported" });
      else if (signal.aborted) finish({ kind: "failed", message: "The program was cancelled." });
      else if (code !== null) finish({ kind: "failed", message: `The program exited with code ${code}.` });
      else finish({ kind: "failed", message: `The program was ended by ${endedBy ?? "an unknown signal"}.` });
    });
  });
}

function readOptions(options: Record<string, unknown>): RuntimeOptions {
  const { typescript, nodeargs, tsconfig } = options;
  if (typescript !== undefined && typeof typescript !== "boolean") {
    throw new Error("Pulumi.yaml: runtime.options.typescript must be true or false.");
  }
  if (nodeargs !== undefined && typeof nodeargs !== "string") {
    throw new Error("Pulumi.yaml: runtime.options.nodeargs must be a string.");
  }
  if (tsconfig !== undefined && typeof tsconfig !== "string") {
    throw new Error("Pulumi.yaml: runtime.options.tsconfig must be a string.");
  }
  return { typescript: typescript ?? true, nodeArgs: splitArguments(nodeargs ?? ""), tsconfig };
}
