import { openDirectory } from "../organization/openDirectory";
import { Session } from "../organization/session";
import type { Settings } from "../settings/settings";
import { inThisPackage } from "./configuration";

/** What one provider process works on: one organization, for as long as one preview, update or destroy takes. */
export class ProviderProcess {
  readonly #end: AbortSignal;
  readonly #cancelled = new AbortController();
  readonly #say: (line: string) => void;
  #session: Session | undefined;

  /**
   * @param end - Aborted once the engine has ended.
   * @param say - Shows a line to the user.
   */
  constructor(end: AbortSignal, say: (line: string) => void) {
    this.#end = end;
    this.#say = (line) => {
      say(inThisPackage(line));
    };
  }

  /** Takes the settings. Nothing is sent until somebody is looked up. */
  configure(settings: Settings): void {
    const stop = AbortSignal.any([this.#end, this.#cancelled.signal]);
    const directory = openDirectory(settings, this.#say, stop);
    this.#session = new Session({ directory, limits: settings, say: this.#say });
  }

  /** Has nothing more sent: the user wants to stop, or the engine is done. What is under way goes on to its end. */
  cancel(): void {
    this.#cancelled.abort();
  }

  /** Does something with the organization; the message of its error has no secrets. */
  run<T>(act: (session: Session) => Promise<T>): Promise<T> {
    if (this.#session === undefined) throw new Error("The engine has not configured this provider.");
    return this.#session.run(act);
  }
}
