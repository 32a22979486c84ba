import { meet } from "../engine/rendezvous";
import { openOrganization } from "../organization/openOrganization";
import { Session } from "../organization/session";
import type { Settings } from "../settings/settings";
import { PLAIN_KEY } from "../settings/stackConfiguration";
import { EngineLog } from "./engineLog";

/** A provider process: one organization, during one preview, update or destroy. */
export class ProviderProcess {
  readonly log = new EngineLog();
  readonly #end: AbortSignal;
  readonly #cancelled = new AbortController();
  #session: Session | undefined;
  #hasPlainKey = false;
  /** Whether the engine knows resources that it refreshes before every command. */
  knowsRefreshes = false;
  #hasLastingKey = false;

  /** @param end - Aborted once the engine has ended. */
  constructor(end: AbortSignal) {
    this.#end = end;
  }

  /**
   * Whether the engine shall refresh resources before every command. It does so with the settings of the last update, so
   * only if the key comes from the environment: one that was rotated would fail every command.
   */
  get refreshesFirst(): boolean {
    return this.knowsRefreshes && this.#hasLastingKey;
  }

  /**
   * Takes the settings. Nothing is sent until somebody is looked up.
   *
   * @param hasPlainKey - Whether the stack configuration has the admin key as plain text.
   */
  configure(settings: Settings, hasPlainKey: boolean): void {
    const stop = AbortSignal.any([this.#end, this.#cancelled.signal]);
    const { say } = this.log;
    this.#hasPlainKey = hasPlainKey;
    this.#hasLastingKey = settings.isKeyInEnvironment;
    const peers = meet(this.log.address, false, { account: settings, say, end: this.#end });
    this.#session = new Session({ ...settings, ...openOrganization(settings, say, stop), say, peers });
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

  /** @throws Error if the stack configuration has the admin key as plain text. */
  refusePlainKey(): void {
    if (this.#hasPlainKey) throw new Error(PLAIN_KEY);
  }
}
