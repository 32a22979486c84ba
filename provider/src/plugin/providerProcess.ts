import { openOrganization } from "../organization/openOrganization";
import { Session } from "../organization/session";
import type { Settings } from "../settings/settings";
import { inThisPackage } from "./configuration";
import { EngineLog } from "./engineLog";

/** A provider process: one organization, during one preview, update or destroy. */
export class ProviderProcess {
  readonly log = new EngineLog();
  readonly #end: AbortSignal;
  readonly #cancelled = new AbortController();
  #session: Session | undefined;

  /** @param end - Aborted once the engine has ended. */
  constructor(end: AbortSignal) {
    this.#end = end;
  }

  /** Takes the settings. Nothing is sent until somebody is looked up. */
  configure(settings: Settings): void {
    const stop = AbortSignal.any([this.#end, this.#cancelled.signal]);
    const say = (line: string): void => {
      this.log.say(inThisPackage(line));
    };
    this.#session = new Session({
      ...openOrganization(settings, say, stop),
      limits: settings,
      say,
    });
  }

  /** Sends nothing more: the user wants to stop, or the engine is done. Requests under way go on. */
  cancel(): void {
    this.#cancelled.abort();
  }

  /** Runs something on the organization; its error shows no secrets. */
  run<T>(act: (session: Session) => Promise<T>): Promise<T> {
    if (this.#session === undefined) throw new Error("The engine has not configured this provider.");
    return this.#session.run(act);
  }
}
