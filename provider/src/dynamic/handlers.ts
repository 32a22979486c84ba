import type * as pulumi from "@pulumi/pulumi";

import type { Session } from "../organization/session";
import { plainly } from "./engineError";
import { configure, session } from "./providerProcess";

/** What the handlers of both resources share. */
export abstract class Handlers {
  readonly #session: () => Session;

  /** @param open - Opens the session: as late as possible, so that its errors belong to an operation. */
  constructor(open: () => Session = session) {
    this.#session = open;
  }

  /** Takes this process's stack configuration. */
  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    return configure(request);
  }

  /** Runs a handler so that its error is one plain message without secrets. */
  protected run<T>(what: string, act: (session: Session) => Promise<T>): Promise<T> {
    return plainly(what, async () => this.#session().run(act));
  }
}
