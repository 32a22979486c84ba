import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

import { parseLine } from "../organization/lines";

/** Shows lines to the user through the engine, which hides what a plugin prints. */
export class EngineLog {
  #engine: EngineClient | undefined;
  #shown: Promise<void> = Promise.resolve();
  /** Where the engine is, which tells it from any other that runs now. */
  address: string | undefined;

  connect(address: string): void {
    this.address = address;
    // The engine is on this machine: no proxy.
    const options = { "grpc.enable_http_proxy": 0 };
    this.#engine = new EngineClient(address, credentials.createInsecure(), options);
  }

  /** Shows a line among the stack's diagnostics, in order. */
  readonly say = (line: string): void => {
    this.#shown = this.#shown.then(() => this.#show(line));
  };

  /** Resolves once every line is shown: the engine may exit right after the last answer. */
  shown(): Promise<void> {
    return this.#shown;
  }

  #show(line: string): Promise<void> {
    const { kind, text } = parseLine(line);
    const isWarning = kind === "warning";
    const request = new LogRequest()
      .setSeverity(isWarning ? LogSeverity.WARNING : LogSeverity.INFO)
      .setMessage(isWarning ? text : line);
    return new Promise((resolve) => {
      if (this.#engine === undefined) resolve();
      // A line that cannot be shown is no reason to fail.
      else
        this.#engine.log(request, () => {
          resolve();
        });
    });
  }
}
