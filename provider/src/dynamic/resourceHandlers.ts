import type * as pulumi from "@pulumi/pulumi";

import { readHidden } from "../engine/hiddenInput";
import { check } from "../organization/check";
import { PartlyApplied, type Resource } from "../organization/resource";
import type { Session } from "../organization/session";
import { shown } from "../text";
import { plainly } from "./engineError";
import { Ignored } from "./ignored";
import { configure, processSession } from "./process";
import { fromEngine, toEngine, type Properties } from "./values";

/** The handlers of a resource, which Pulumi's dynamic provider calls: from the protocol to the core and back. */
export class ResourceHandlers implements pulumi.dynamic.ResourceProvider<Properties, Properties> {
  readonly #resource: Resource;
  readonly #session: () => Session;
  readonly #ignored = new Ignored();

  /** @param session - Opens the session: as late as possible, so that its errors belong to an operation. */
  constructor(resource: Resource, session = processSession) {
    this.#resource = resource;
    this.#session = session;
  }

  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    configure(request);
    return Promise.resolve();
  }

  check(olds: Properties, news: Properties): Promise<pulumi.dynamic.CheckResult<Properties>> {
    return this.#run("check", async (session) => {
      const declarer = readHidden(news);
      const checked = await check(session, this.#resource, declarer, fromEngine(olds), fromEngine(news));
      const inputs = toEngine(checked.inputs);
      this.#ignored.note(inputs, declarer);
      return { inputs, failures: [...checked.problems] };
    });
  }

  diff(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.DiffResult> {
    return this.#run(`diff of ${shown(id)}`, async (session) => {
      const state = fromEngine(olds);
      const told = { ignored: this.#ignored.of(news) };
      const { changes, differences } = await this.#resource.diff(session, id, state, fromEngine(news), told);
      const replaces = differences.filter(({ kind }) => kind === "replace").map(({ path }) => path);
      return { changes, replaces };
    });
  }

  create(inputs: Properties): Promise<pulumi.dynamic.CreateResult<Properties>> {
    return this.#run("create", async (session) => {
      const { id, state } = await this.#apply(inputs, () =>
        this.#resource.create(session, fromEngine(inputs)),
      );
      return { id, outs: toEngine(state) };
    });
  }

  read(id: string, props?: Properties): Promise<pulumi.dynamic.ReadResult<Properties>> {
    return this.#run(`read of ${shown(id)}`, async (session) => {
      const found = await this.#resource.read(session, id, props && fromEngine(props));
      if (found === undefined) return {};
      return { id, props: toEngine(found.state), inputs: toEngine(found.inputs) };
    });
  }

  update(id: string, olds: Properties, news: Properties): Promise<pulumi.dynamic.UpdateResult<Properties>> {
    return this.#run(`update of ${shown(id)}`, async (session) => {
      const state = fromEngine(olds);
      const ignored = this.#ignored.of(news);
      const update = () => this.#resource.update(session, id, state, fromEngine(news), ignored);
      return { outs: toEngine(await this.#apply(news, update)) };
    });
  }

  delete(id: string, props: Properties): Promise<void> {
    return this.#run(`delete of ${shown(id)}`, (session) =>
      this.#resource.delete(session, id, fromEngine(props)),
    );
  }

  /** Makes changes. The SDK adds the provider text to a state only on success; without it, it could never be read again. */
  async #apply<T>({ __provider }: Properties, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof PartlyApplied)) throw error;
      throw new PartlyApplied(error.id, { ...toEngine(error.properties), __provider }, error.reasons);
    }
  }

  #run<T>(what: string, act: (session: Session) => Promise<T>): Promise<T> {
    return plainly(what, async () => this.#session().run(act));
  }
}
