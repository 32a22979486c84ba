import type * as pulumi from "@pulumi/pulumi";

import { checkRole, createRole, deleteRole, diffRole, readRole, updateRole } from "../organization/role/role";
import type { RoleInputs } from "../organization/role/roleInputs";
import { inputsOf, type RoleState } from "../organization/role/roleState";
import { shown } from "../text";
import { declarerOf, fromEngine, toEngine } from "./engineInputs";
import { Handlers } from "./handlers";

type Inputs = Readonly<Record<string, unknown>>;

/** The handlers of OrganizationUserRole, which Pulumi's dynamic provider calls. */
export class OrganizationUserRoleProvider extends Handlers implements pulumi.dynamic.ResourceProvider {
  /** list_users or retrieve_user, for a newly named person. */
  check(olds: Inputs, news: Inputs): Promise<pulumi.dynamic.CheckResult<Partial<RoleInputs>>> {
    return this.run("check", async (session) => {
      const { inputs, problems } = await checkRole(
        session,
        declarerOf(news),
        fromEngine(olds),
        fromEngine(news),
      );
      return { inputs: toEngine(inputs), failures: problems };
    });
  }

  /** list_users, if the email has changed. */
  diff(id: string, olds: RoleState, news: Inputs): Promise<pulumi.dynamic.DiffResult> {
    return this.run(`diff of ${shown(id)}`, async (session) => {
      const inputs = fromEngine(news) as unknown as RoleInputs;
      const { changes, replaces } = await diffRole(session, id, olds, inputs);
      return { changes, replaces };
    });
  }

  /** modify_user. */
  create(inputs: RoleInputs): Promise<pulumi.dynamic.CreateResult<RoleState>> {
    return this.run("create", async (session) => {
      const outs = await createRole(session, inputs);
      return { id: outs.userId, outs };
    });
  }

  /** retrieve_user, or list_users if many are read. */
  read(
    id: string,
    props?: Partial<RoleState>,
  ): Promise<pulumi.dynamic.ReadResult<RoleState | Partial<RoleInputs>>> {
    return this.run(`read of ${shown(id)}`, async (session) => {
      const state = await readRole(session, id, props);
      return state === undefined ? {} : { id, props: state, inputs: inputsOf(state) };
    });
  }

  /** modify_user. */
  update(id: string, olds: RoleState, news: RoleInputs): Promise<pulumi.dynamic.UpdateResult<RoleState>> {
    return this.run(`update of ${shown(id)}`, async (session) => ({
      outs: await updateRole(session, id, olds, news),
    }));
  }

  /** delete_user or modify_user. */
  delete(id: string, props: RoleState): Promise<void> {
    return this.run(`delete of ${shown(id)}`, (session) => deleteRole(session, id, props));
  }
}

const provider = new OrganizationUserRoleProvider();

/**
 * The SDK gets the handlers from here: the provider text of every OrganizationUserRole is
 * `require("pulumi-openai-organization/role")`. States hold that text, so neither name may ever change.
 */
export function handler(): OrganizationUserRoleProvider {
  return provider;
}
