import type * as pulumi from "@pulumi/pulumi";

import type { Directory } from "../users-api/directory";
import { isNotFound } from "../users-api/errors";
import { sameRole } from "../users-api/role";
import { shown } from "../users-api/text";
import { checkInputs, type RawInputs } from "./check";
import { plainly } from "./engineError";
import { hasLeft, isNotInOrganization } from "./people";
import { configure, organization } from "./session";
import {
  declaration,
  inputsOf,
  refreshed,
  sameEmail,
  stateOf,
  type RoleInputs,
  type RoleState,
} from "./state";
import { isUnknown } from "./unknown";

/** The handlers of OrganizationUserRole, which Pulumi's dynamic provider calls. */
export class OrganizationUserRoleProvider implements pulumi.dynamic.ResourceProvider {
  readonly #organization: () => Directory;

  /** @param open - The organization to act on; asked for as late as possible, so that its errors belong to an operation. */
  constructor(open: () => Directory = organization) {
    this.#organization = open;
  }

  /** Takes the stack configuration of this process. */
  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    // Before anything is awaited: the SDK lets other handlers run while this one is pending.
    configure((key) => request.config.get(key));
    return Promise.resolve();
  }

  /**
   * Checks the inputs, and that a person who is newly named is in the organization: a preview should not promise
   * what the update cannot do. Costs nothing for a resource that names the same person as before.
   */
  check(olds: RawInputs, news: RawInputs): Promise<pulumi.dynamic.CheckResult<Partial<RoleInputs>>> {
    return plainly("check", async () => {
      const directory = this.#organization();
      const { inputs, failures } = checkInputs(news);
      if (failures.length === 0) {
        const { userId, email } = inputs;
        if (userId !== undefined && !isUnknown(userId) && userId !== olds.userId) {
          if ((await directory.read(userId)) === undefined) {
            failures.push({ property: "userId", reason: isNotInOrganization({ userId }) });
          }
        } else if (email !== undefined && !isUnknown(email) && email !== olds.email) {
          if ((await directory.findByEmail(email)) === undefined) {
            failures.push({ property: "email", reason: isNotInOrganization({ email }) });
          }
        }
      }
      return { inputs, failures };
    });
  }

  /** Another person replaces; the same person under another name, another role or another onDelete updates. */
  diff(id: string, olds: RoleState, news: RoleInputs): Promise<pulumi.dynamic.DiffResult> {
    return plainly(`diff of ${shown(id)}`, async () => {
      const replaces = await this.#replaces(id, olds, news);
      const declared = declaration(news);
      const changes =
        replaces.length > 0 ||
        olds.role !== news.role ||
        olds.onDelete !== declared.onDelete ||
        olds.declaredEmail !== declared.declaredEmail;
      return { changes, replaces };
    });
  }

  /** modify_user: gives a person who is already in the organization the declared role. */
  create(inputs: RoleInputs): Promise<pulumi.dynamic.CreateResult<RoleState>> {
    return plainly("create", async () => {
      const directory = this.#organization();
      const userId = inputs.userId ?? (await directory.findByEmail(inputs.email ?? ""))?.userId;
      if (userId === undefined) throw new Error(isNotInOrganization(inputs));
      try {
        return { id: userId, outs: stateOf(await directory.modify(userId, inputs.role), inputs) };
      } catch (error) {
        throw isNotFound(error)
          ? new Error(isNotInOrganization({ ...inputs, userId }), { cause: error })
          : error;
      }
    });
  }

  /** retrieve_user, or list_users where many are read: the state as it is, or nothing where the person has left. */
  read(id: string, props?: RoleState): Promise<pulumi.dynamic.ReadResult<RoleState | Partial<RoleInputs>>> {
    return plainly(`read of ${shown(id)}`, async () => {
      const user = await this.#organization().read(id);
      if (user === undefined) return {};
      const state = refreshed(user, props ?? { userId: id });
      return { id, props: state, inputs: inputsOf(state) };
    });
  }

  /** modify_user, where the role is another one; a change of anything else is only written down. */
  update(id: string, olds: RoleState, news: RoleInputs): Promise<pulumi.dynamic.UpdateResult<RoleState>> {
    return plainly(`update of ${shown(id)}`, async () => {
      const { userId, email, name, addedAt } = olds;
      const known = { userId, ...(email && { email }), ...(name && { name }), ...(addedAt && { addedAt }) };
      if (sameRole(olds.role, news.role)) return { outs: stateOf(known, news) };
      try {
        return { outs: stateOf(await this.#organization().modify(id, news.role), news) };
      } catch (error) {
        throw isNotFound(error) ? new Error(hasLeft(known), { cause: error }) : error;
      }
    });
  }

  /** delete_user, modify_user or nothing, as `onDelete` says. A person who has left already is no error. */
  delete(id: string, props: RoleState): Promise<void> {
    return plainly(`delete of ${shown(id)}`, async () => {
      const directory = this.#organization();
      try {
        if (props.onDelete === "retain") return;
        if (props.onDelete === "demote") await directory.modify(id, "member");
        else await directory.delete(id);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  /** The inputs that mean another person than the resource holds. One not known yet may mean anybody. */
  async #replaces(id: string, olds: RoleState, { userId, email }: RoleInputs): Promise<string[]> {
    if (userId !== undefined) return isUnknown(userId) || userId !== id ? ["userId"] : [];
    if (email === undefined || sameEmail(email, olds.email) || sameEmail(email, olds.declaredEmail))
      return [];
    if (isUnknown(email)) return ["email"];
    const user = await this.#organization().findByEmail(email);
    if (user === undefined) throw new Error(isNotInOrganization({ email }));
    return user.userId === id ? [] : ["email"];
  }
}

/** The handlers that the provider text names. */
export const organizationUserRole = new OrganizationUserRoleProvider();
