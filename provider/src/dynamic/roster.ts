import type * as pulumi from "@pulumi/pulumi";

import { applyRoster, PartlyApplied } from "../organization/roster/applyRoster";
import { checkRoster, deleteRoster, diffRoster, readRoster, ROSTER_ID } from "../organization/roster/roster";
import type { RosterInputs } from "../organization/roster/rosterInputs";
import type { RosterState } from "../organization/roster/rosterState";
import type { Session } from "../organization/session";
import { PartialFailure } from "./engineError";
import { declarerOf, fromEngine, toEngine } from "./engineInputs";
import { Handlers } from "./handlers";

type Inputs = Readonly<Record<string, unknown>>;

/** What the SDK adds to inputs and outputs. */
interface WithProvider {
  readonly __provider?: string;
}

/** The handlers of OrganizationRoster, which Pulumi's dynamic provider calls. */
export class OrganizationRosterProvider extends Handlers implements pulumi.dynamic.ResourceProvider {
  /** list_users. */
  check(olds: Inputs, news: Inputs): Promise<pulumi.dynamic.CheckResult<Partial<RosterInputs>>> {
    return this.run("check", async (session) => {
      const { inputs, problems } = await checkRoster(
        session,
        declarerOf(news),
        fromEngine(olds),
        fromEngine(news),
      );
      return { inputs: toEngine(inputs), failures: problems };
    });
  }

  /** list_users. The engine shows entry by entry what differs. */
  diff(_id: string, olds: RosterState, news: Inputs): Promise<pulumi.dynamic.DiffResult> {
    return this.run("diff", async (session) => {
      const inputs = fromEngine(news) as unknown as RosterInputs;
      const { changes } = await diffRoster(session, olds, inputs);
      return { changes };
    });
  }

  /** modify_user and delete_user, for each person who differs. */
  create(inputs: RosterInputs & WithProvider): Promise<pulumi.dynamic.CreateResult<RosterState>> {
    return this.run("create", async (session) => ({ id: ROSTER_ID, outs: await apply(session, inputs) }));
  }

  /** As create. */
  update(
    _id: string,
    olds: RosterState,
    news: RosterInputs & WithProvider,
  ): Promise<pulumi.dynamic.UpdateResult<RosterState>> {
    return this.run("update", async (session) => ({ outs: await apply(session, news, olds) }));
  }

  /** list_users. */
  read(id: string, props: RosterState): Promise<pulumi.dynamic.ReadResult<RosterState | RosterInputs>> {
    return this.run("read", async (session) => {
      const { state, inputs } = await readRoster(session, props);
      return { id, props: state, inputs };
    });
  }

  /** Nothing is sent. */
  delete(): Promise<void> {
    return this.run("delete", (session) => deleteRoster(session));
  }
}

async function apply(
  session: Session,
  inputs: RosterInputs & WithProvider,
  state?: RosterState,
): Promise<RosterState> {
  try {
    return await applyRoster(session, inputs, state);
  } catch (error) {
    if (!(error instanceof PartlyApplied)) throw error;
    const properties = { ...error.state, __provider: inputs.__provider };
    throw new PartialFailure(ROSTER_ID, properties, [...error.reasons]);
  }
}

const provider = new OrganizationRosterProvider();

/**
 * What the provider text of every OrganizationRoster names, as `require("pulumi-openai-organization/roster")`: the SDK
 * asks it for the handlers. States name this module and this function, so neither ever changes.
 */
export function handler(): OrganizationRosterProvider {
  return provider;
}
