import { status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  AboutResponse,
  DependencyInfo,
  GetProgramDependenciesResponse,
  GetRequiredPackagesResponse,
  InstallDependenciesResponse,
  LanguageHandshakeResponse,
  RunResponse,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { dependenciesOf, pluginsInReach } from "./packages";
import { locateRunner, prepareProgram, runProgram, type ProgramOutcome } from "./program";

/** The calls of `LanguageRuntime` that are answered; gRPC answers UNIMPLEMENTED to the others. */
export type AnsweredCalls = Pick<
  ILanguageRuntimeServer,
  | "handshake"
  | "getRequiredPackages"
  | "getPluginInfo"
  | "about"
  | "getProgramDependencies"
  | "installDependencies"
  | "run"
  | "cancel"
>;

/** A language runtime and the means to end what it runs. */
export interface LanguageRuntime {
  readonly service: AnsweredCalls;
  /** Ends the running programs and resolves when they are gone. */
  stop(): Promise<void>;
}

/** What the engine says on the command line, and what the bundler knows. */
export interface LanguageRuntimeOptions {
  /** The version to answer when the engine asks which plugin this is. */
  readonly version: string;
  /** Where the engine listens, unless a handshake says it later. */
  readonly engineAddress: string | undefined;
}

/**
 * The `LanguageRuntime` service for Node.js programs.
 *
 * `getRequiredPlugins` is left unanswered: the engine asks it only of hosts that do not answer
 * `getRequiredPackages`.
 */
export function createLanguageRuntime(options: LanguageRuntimeOptions): LanguageRuntime {
  let engineAddress = options.engineAddress;
  let canceller = new AbortController();
  const running = new Set<Promise<ProgramOutcome>>();

  const cancelAll = () => {
    canceller.abort();
    canceller = new AbortController();
  };

  const run = async (request: RunRequest, call: AbortSignal): Promise<ProgramOutcome> => {
    const signal = AbortSignal.any([canceller.signal, call]);
    const program = runProgram(prepareProgram(request, engineAddress), signal);
    running.add(program);
    try {
      return await program;
    } finally {
      running.delete(program);
    }
  };

  const service: AnsweredCalls = {
    handshake: (call, callback) => {
      engineAddress = call.request.getEngineAddress() || engineAddress;
      callback(null, new LanguageHandshakeResponse());
    },
    getRequiredPackages: answer(async (call) => {
      const plugins = await pluginsInReach(call.request.getInfo()?.getProgramDirectory() ?? process.cwd());
      return new GetRequiredPackagesResponse().setPackagesList(
        plugins.map((plugin) =>
          new PackageDependency()
            .setKind("resource")
            .setName(plugin.name)
            .setVersion(plugin.version)
            .setServer(plugin.server),
        ),
      );
    }),
    getPluginInfo: (_call, callback) => {
      callback(null, new PluginInfo().setVersion(options.version));
    },
    about: (_call, callback) => {
      callback(null, new AboutResponse().setExecutable(process.execPath).setVersion(process.version));
    },
    getProgramDependencies: answer(async (call) => {
      const dependencies = await dependenciesOf(
        call.request.getInfo()?.getProgramDirectory() ?? process.cwd(),
      );
      return new GetProgramDependenciesResponse().setDependenciesList(
        dependencies.map(({ name, version }) => new DependencyInfo().setName(name).setVersion(version)),
      );
    }),
    installDependencies: (call) => {
      const folder = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
      const installed = isInstalled(folder);
      const text = installed
        ? `The program's packages are there; this language host installs none itself.\n`
        : `This language host installs no packages: run npm install in ${folder}.\n`;
      if (installed) {
        call.write(new InstallDependenciesResponse().setStdout(Buffer.from(text)));
        call.end();
      } else {
        call.emit("error", { code: status.FAILED_PRECONDITION, details: text.trim() });
      }
    },
    run: (call, callback) => {
      const ended = new AbortController();
      call.on("cancelled", () => {
        ended.abort();
      });
      run(call.request, ended.signal).then(
        (outcome) => {
          callback(null, toResponse(outcome));
        },
        (error: unknown) => {
          callback(null, new RunResponse().setError(messageOf(error)));
        },
      );
    },
    cancel: (_call, callback) => {
      cancelAll();
      callback(null, new Empty());
    },
  };

  return {
    service,
    async stop() {
      cancelAll();
      await Promise.allSettled(running);
    },
  };
}

function toResponse(outcome: ProgramOutcome): RunResponse {
  switch (outcome.kind) {
    case "done":
      return new RunResponse();
    case "reported":
      return new RunResponse().setBail(true);
    case "failed":
      return new RunResponse().setError(outcome.message);
  }
}

function isInstalled(folder: string): boolean {
  try {
    locateRunner(folder);
    return true;
  } catch {
    return false;
  }
}

/** A unary call answered by an async function; what it throws is answered as INTERNAL. */
function answer<Request, Response>(handle: (call: ServerUnaryCall<Request, Response>) => Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, callback: sendUnaryData<Response>): void => {
    handle(call).then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback({ code: status.INTERNAL, details: messageOf(error) });
      },
    );
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
