import type * as pulumi from "@pulumi/pulumi";

import { DECLARED_BY } from "../organization/declaredBy";
import { ON_DELETE } from "../organization/onDelete";
import { isNotFound } from "../users-api/errors";
import { sameRole, type Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { shown } from "../users-api/text";
import { tellable, type RawInputs } from "./inputs";
import { checkRole } from "./roleCheck";
import { plainly, whyNot } from "./engineError";
import { hasLeft, isNotInOrganization } from "../organization/people";
import { configure, say, session, type Session } from "./session";
import {
  declaration,
  inputsOf,
  refreshed,
  sameEmail,
  stateOf,
  type RoleInputs,
  type RoleState,
} from "./roleState";
import { isUnknown } from "./unknown";

/** The handlers of OrganizationUserRole, which Pulumi's dynamic provider calls. */
export class OrganizationUserRoleProvider implements pulumi.dynamic.ResourceProvider {
  readonly #session: () => Session;

  /** @param open - What the handlers share; asked for as late as possible, so that its errors belong to an operation. */
  constructor(open: () => Session = session) {
    this.#session = open;
  }

  /** Takes the stack configuration of this process. */
  configure(request: pulumi.dynamic.ConfigureRequest): Promise<void> {
    return configure(request);
  }

  /**
   * Checks the inputs, that no other resource declares the same person, and that a person who is newly named is in
   * the organization: a preview should not promise what the update cannot do. Costs no request for a resource that
   * names the same person as before.
   */
  check(olds: RawInputs, news: RawInputs): Promise<pulumi.dynamic.CheckResult<Partial<RoleInputs>>> {
    return plainly("check", async () => {
      const { inputs, failures } = checkRole(news);
      const shared = this.#session();
      if (failures.length > 0) return { inputs, failures: tellable(failures, news) };

      const { userId, email, role } = known(inputs);
      const property = userId === undefined ? "email" : "userId";
      const named = userId ?? email;
      if (named === undefined) return { inputs, failures };
      const resource = news[DECLARED_BY];
      if (typeof resource === "string") {
        const problem = whyNot(() => {
          shared.declarations.declare(resource, { userId, email, role });
        });
        if (problem !== undefined) failures.push({ property, reason: problem });
      }
      if (!sameName(named, olds[property])) {
        const user = userId === undefined ? await this.#find(email) : await shared.directory.read(userId);
        if (user === undefined) failures.push({ property, reason: isNotInOrganization({ userId, email }) });
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

  /** modify_user, unless the role is right already: takes over a person who is in the organization. */
  create(inputs: RoleInputs): Promise<pulumi.dynamic.CreateResult<RoleState>> {
    return plainly("create", async () => {
      const userId = inputs.userId ?? (await this.#find(inputs.email))?.userId;
      if (userId === undefined) throw new Error(isNotInOrganization(inputs));
      try {
        const user = await this.#setRole(
          userId,
          { ...(inputs.email && { email: inputs.email }) },
          inputs.role,
        );
        this.#session().replacements.created(userId);
        return { id: userId, outs: stateOf(user, inputs) };
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
      const { directory, declarations } = this.#session();
      declarations.keep(props?.declaredEmail, id);
      const user = await directory.read(id);
      if (user === undefined) return {};
      const state = refreshed(user, props ?? { userId: id });
      return { id, props: state, inputs: inputsOf(state) };
    });
  }

  /** modify_user, where the role is another one; a change of anything else is only written down. */
  update(id: string, olds: RoleState, news: RoleInputs): Promise<pulumi.dynamic.UpdateResult<RoleState>> {
    return plainly(`update of ${shown(id)}`, async () => {
      const { userId, email, name, addedAt } = olds;
      const user = { userId, ...(email && { email }), ...(name && { name }), ...(addedAt && { addedAt }) };
      if (sameRole(olds.role, news.role)) return { outs: stateOf(user, news) };
      try {
        return { outs: stateOf(await this.#setRole(id, olds, news.role), news) };
      } catch (error) {
        throw isNotFound(error) ? new Error(hasLeft(user), { cause: error }) : error;
      }
    });
  }

  /**
   * delete_user, modify_user or nothing, as `onDelete` says; nothing, too, where the program still declares the
   * person by another resource. A person who has left already is no error.
   */
  delete(id: string, props: RoleState): Promise<void> {
    return plainly(`delete of ${shown(id)}`, async () => {
      const { directory, declarations, lastOwner, removals, replacements } = this.#session();
      const email = props.declaredEmail ?? props.email;
      const who = email === undefined ? shown(id) : `${shown(email)} (${shown(id)})`;
      if (props.onDelete === "retain") return;
      if (
        declarations.has({ userId: id, email: props.email }) ||
        declarations.has({ email: props.declaredEmail })
      ) {
        say(`${who} stays in the organization: another resource of this program declares the same person.`);
        return;
      }
      if (replacements.isPending(id)) throw new Error(goesFirst(who));
      try {
        const onDelete = props.onDelete ?? ON_DELETE[0];
        if (onDelete === "demote") await this.#setRole(id, props, "member");
        else if (onDelete !== "deleteUser")
          throw new Error(`The state's onDelete is ${shown(onDelete)}, which this version does not know.`);
        else {
          await removals.remove(id, email ?? id, async () => {
            const person = (await this.#asIs(id, props)) ?? props;
            if (person.role === "owner") await lastOwner.letGo({ userId: id, email });
            await directory.delete(id);
          });
          say(`${who} was removed from the organization.`);
        }
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  /**
   * modify_user, if that leaves an owner. Nothing is sent where this process has read that the person has the role:
   * of an organization that was just adopted, a write for each person would take minutes, and change nothing. Who
   * changes the role after that read, even before this update ends, shows as drift in the next refresh, as if it had
   * been right after a write.
   *
   * @param before - The person as the state has it, which says whether an owner goes, never that nothing is to be sent.
   */
  async #setRole(userId: string, before: Partial<OrganizationUser>, role: Role): Promise<OrganizationUser> {
    const { directory, lastOwner } = this.#session();
    const known = role === "owner" ? directory.recall(userId) : await this.#asIs(userId, before);
    if (known !== undefined && sameRole(known.role, role)) return known;
    const { email, role: had } = known ?? before;
    if (role !== "owner" && had === "owner") await lastOwner.letGo({ userId, email });
    return directory.modify(userId, role);
  }

  /**
   * A person who is about to lose a role, or everything, as this run knows the person. Where the state says that it is
   * an owner, the guard looks; where it does not, somebody may have been made one since, so the API is asked.
   */
  async #asIs(userId: string, before: Partial<OrganizationUser>): Promise<OrganizationUser | undefined> {
    const { directory } = this.#session();
    const known = directory.recall(userId);
    return known ?? (before.role === "owner" ? undefined : directory.read(userId));
  }

  /** list_users, for one email. */
  async #find(email: string | undefined): Promise<OrganizationUser | undefined> {
    if (email === undefined) return undefined;
    const { directory, declarations } = this.#session();
    const user = await directory.findByEmail(email);
    if (user !== undefined) declarations.identify(email, user.userId);
    return user;
  }

  /** The inputs that mean another person than the resource holds. */
  async #replaces(id: string, olds: RoleState, news: RoleInputs): Promise<string[]> {
    const { declarations, replacements } = this.#session();
    declarations.identify(olds.email, id);
    declarations.keep(olds.declaredEmail, id);
    const means = await this.#means(id, olds, news);
    if (means === id) {
      replacements.forget(id);
      return [];
    }
    replacements.expect(id, means);
    return news.userId === undefined ? ["email"] : ["userId"];
  }

  /** Whom the inputs mean: a value that is not known yet may mean anybody. */
  async #means(id: string, olds: RoleState, { userId, email }: RoleInputs): Promise<string | undefined> {
    if (isUnknown(userId) || isUnknown(email)) return undefined;
    if (userId !== undefined) return userId;
    if (sameEmail(email, olds.email) || sameEmail(email, olds.declaredEmail)) {
      this.#session().declarations.identify(email, id);
      return id;
    }
    const user = await this.#find(email);
    if (user === undefined) throw new Error(isNotInOrganization({ email }));
    return user.userId;
  }
}

/** Why a person is not removed, or demoted, before the one who takes the place has come. */
function goesFirst(who: string): string {
  return (
    `${who} was left as is: deleting before replacing could remove somebody whom the program declares further on. ` +
    `Take out the option deleteBeforeReplace, here or where this resource's person comes from.`
  );
}

/** Whether an input names the same person as before: the case of an email does not matter, and ids have no `@`. */
function sameName(named: string, before: unknown): boolean {
  return named.includes("@")
    ? sameEmail(named, typeof before === "string" ? before : undefined)
    : named === before;
}

/** The inputs whose values are known. */
function known({ userId, email, role }: Partial<RoleInputs>): Partial<RoleInputs> {
  return {
    ...(userId !== undefined && !isUnknown(userId) && { userId }),
    ...(email !== undefined && !isUnknown(email) && { email }),
    ...(role !== undefined && !isUnknown(role) && { role }),
  };
}
