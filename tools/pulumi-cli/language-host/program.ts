import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** The exit code by which the SDK's runner says that the error was shown already. */
const ALREADY_REPORTED = 32;

/** A Node.js process that is to run a Pulumi program. */
export interface Program {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The `runtime.options` of Pulumi.yaml that matter for running. */
interface RuntimeOptions {
  readonly nodeargs?: string;
  readonly typescript?: boolean;
  readonly tsconfig?: string;
}

/** The command line and environment of the program that a run request describes. */
export function prepareProgram(request: RunRequest, engineAddress: string | undefined): Program {
  const info = request.getInfo();
  if (!info) throw new Error("The engine's request to run a program does not say which.");
  const options = (info.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions;
  const nodeArgs = (options.nodeargs ?? "").split(/\s+/).filter((arg) => arg !== "");
  const args = [...nodeArgs, locateRunner(info.getProgramDirectory())];
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: info.getProgramDirectory(),
  };
  for (const [name, value] of Object.entries(flags)) if (value) args.push(`--${name}`, value);
  if (request.getDryrun()) args.push("--dry-run");
  args.push(
    "--parallel",
    String(request.getParallel()),
    info.getEntryPoint() || ".",
    ...request.getArgsList(),
  );

  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
  };
  if (options.typescript !== false) env.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (options.tsconfig) env.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return { args, env };
}

/** Runs a program to its end. Aborting interrupts it. */
export function runProgram(program: Program, signal: AbortSignal): Promise<RunResponse> {
  return new Promise((resolve, reject) => {
    // Output is inherited, not copied: nothing can be lost when the program exits at once after printing.
    // No process group of its own: the engine ends the group of the language host, and means the program too.
    const child = spawn(process.execPath, program.args, {
      env: program.env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const interrupt = () => child.kill("SIGINT");
    signal.addEventListener("abort", interrupt, { once: true });
    child.on("error", reject);
    child.on("exit", (code, endedBy) => {
      signal.removeEventListener("abort", interrupt);
      const response = new RunResponse();
      if (code === ALREADY_REPORTED) response.setBail(true);
      else if (code !== 0) response.setError(`The program ended with ${code ?? endedBy ?? "no exit code"}.`);
      resolve(response);
    });
  });
}

/**
 * The SDK's program runner, as the program itself would resolve it: it has to be the copy of the SDK that the
 * program loads, since the two share state.
 */
function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "index.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch (cause) {
    throw new Error(
      `The Pulumi SDK was not found from ${programDirectory}. Is @pulumi/pulumi among the dependencies, and was npm install run?`,
      { cause },
    );
  }
}
