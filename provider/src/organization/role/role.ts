import { sameEmail } from "../../users-api/email";
import { isNotFound } from "../../users-api/errors";
import { isRole, sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { isEmail, sameEntry } from "../entry";
import { giveRole } from "../giveRole";
import type { Declarer } from "../guards/declarations";
import { isUnknown, UNKNOWN, type RawInputs } from "../inputs";
import { hasLeft, isNotInOrganization, notesOn, named, NO_ROLE } from "../person";
import { ON_DELETE } from "../policies";
import type { Difference, Resource } from "../resource";
import type { Session } from "../session";
import { checkRoleInputs, roleInputsFrom, type CheckedRole, type RoleInputs } from "./roleInputs";
import {
  declaredEmail,
  inputsOf,
  refreshed,
  roleStateFrom,
  ROLE_DERIVED,
  stateOf,
  type RoleState,
} from "./roleState";

/**
 * Checks a declaration: its values, that no other resource declares the same person, and that a newly declared person is
 * in the organization, so that no preview promises what the update cannot do. Other people cost no request.
 */
export async function checkRole(
  session: Session,
  declarer: Declarer,
  olds: RawInputs,
  news: RawInputs,
): Promise<CheckedRole> {
  const { inputs, problems } = checkRoleInputs(news);
  const { userId, email, role } = known(inputs);
  const property = userId === undefined ? "email" : "userId";
  const name = userId ?? email;
  if (problems.length > 0) return { inputs, problems };
  const refuse = (reason: string): void => {
    problems.push({ property: name === undefined ? "" : property, reason });
  };

  // Even if the person is not known yet: there must not be a roster as well.
  const twice = session.declarations.declare(declarer, { userId, email, role });
  if (twice !== undefined) refuse(twice);
  const before = olds[property];
  if (name !== undefined && !(typeof before === "string" && sameEntry(name, before))) {
    const user = userId === undefined ? await find(session, email) : await session.directory.read(userId);
    if (user === undefined) refuse(isNotInOrganization({ userId, email }));
  }
  return { inputs, problems };
}

/** The properties that replace or update the resource. */
export interface RoleDiff {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly updates: string[];
}

/** Another person is a replacement; another name for the same person, another role or onDelete is an update. */
export async function diffRole(
  session: Session,
  id: string,
  state: RoleState,
  news: RoleInputs,
): Promise<RoleDiff> {
  const { replacements, owners } = session;
  keepSecrets(session, state);
  const means = await meaning(session, id, state, news);
  if (means !== id) {
    replacements.expect(id, means);
    await session.requireOrganization(id, state.organization);
    const replaces = [news.userId === undefined ? "email" : "userId"];
    return { changes: true, replaces, updates: [] };
  }
  replacements.forget(id);
  if (!sameRole(state.role, news.role)) await session.requireOrganization(id, state.organization);
  const isDemotion = isRole(news.role) && news.role !== "owner" && !sameRole(state.role, news.role);
  if (isDemotion) {
    const person = { ...state, userId: id };
    await (state.role === "owner" ? owners.foresee(person) : owners.refuseKeyOwner(person));
  }
  const updates = [
    ...(state.role === news.role ? [] : ["role"]),
    ...((state.onDelete ?? ON_DELETE[0]) === news.onDelete ? [] : ["onDelete"]),
    ...(declaredEmail(state) === news.email ? [] : [news.email === undefined ? "userId" : "email"]),
  ];
  return { changes: updates.length > 0, replaces: [], updates };
}

/** modify_user, unless the role is right already: takes over a person who is in the organization. */
export async function createRole(session: Session, inputs: RoleInputs): Promise<RoleState> {
  const userId = inputs.userId ?? (await find(session, inputs.email))?.userId;
  if (userId === undefined) throw new Error(isNotInOrganization(inputs));
  try {
    const user = await setRole(session, { userId, email: inputs.email }, inputs.role);
    session.replacements.created(userId);
    return stateOf(user, inputs, session);
  } catch (error) {
    throw isNotFound(error) ? new Error(isNotInOrganization({ ...inputs, userId }), { cause: error }) : error;
  }
}

/**
 * retrieve_user, or list_users if many are read: the state as it is; undefined if the person has left.
 *
 * @param id - The user's id. In an import, which has no state, it may be an email.
 */
export async function readRole(
  session: Session,
  id: string,
  state: Partial<RoleState> = isEmail(id) ? { email: id } : {},
): Promise<RoleState | undefined> {
  keepSecrets(session, state);
  const user = await (isEmail(id) ? find(session, id) : session.directory.read(id, state.email));
  const organization = session.organizationOf(state.organization);
  if (user === undefined) return undefined;
  const declared = declaredEmail(state);
  if (declared !== undefined && user.email !== undefined && !sameEmail(user.email, declared)) {
    session.say(`The email of ${shown(id)} has changed to ${shown(user.email)}: declare the new one.`);
  }
  return refreshed(user, state, organization);
}

/** modify_user if the role differs; other changes only go into the state. */
export async function updateRole(
  session: Session,
  id: string,
  state: RoleState,
  news: RoleInputs,
): Promise<RoleState> {
  const { userId, email, name, addedAt, organization } = state;
  const before = { userId, ...(email && { email }), ...(name && { name }), ...(addedAt && { addedAt }) };
  if (sameRole(state.role, news.role)) return stateOf(before, news, session, organization);
  try {
    await session.requireOrganization(id, organization);
    const user = await setRole(session, { ...state, userId: id }, news.role);
    return stateOf(user, news, session, session.organizationOf(organization));
  } catch (error) {
    throw isNotFound(error) ? new Error(hasLeft(before), { cause: error }) : error;
  }
}

/**
 * delete_user, modify_user or nothing, as `onDelete` says; nothing if the program still declares the person, or the
 * person has left.
 */
export async function deleteRole(session: Session, id: string, state: RoleState): Promise<void> {
  const { declarations, removals, owners, replacements, directory, say } = session;
  keepSecrets(session, state);
  const onDelete = state.onDelete ?? ON_DELETE[0];
  const who = named({ userId: id, email: state.email });
  if (!ON_DELETE.includes(onDelete))
    throw new Error(`The state's onDelete is ${shown(onDelete)}, which this version does not know.`);
  if (onDelete === "retain") return;
  if (
    declarations.has({ userId: id, email: state.email }) ||
    declarations.has({ email: declaredEmail(state) })
  ) {
    say(`${who} stays in the organization: the program still declares this person.`);
    return;
  }
  if (replacements.isPending(id)) throw new Error(goesFirst(who));
  try {
    if (onDelete === "remove") {
      await removals.remove(id, who, async () => {
        await session.requireOrganization(id, state.organization);
        const person = (await asIs(session, { ...state, userId: id })) ?? state;
        let note = "";
        await owners.demoteOrRemove({ ...person, userId: id, email: state.email }, () => {
          note = notesOn(directory.recall(id));
          return directory.delete(id);
        });
        say(`removed ${who}: ${person.role ?? NO_ROLE}, no longer declared${note}`);
      });
    } else {
      await session.requireOrganization(id, state.organization);
      const before = await asIs(session, { ...state, userId: id });
      const demote = async (): Promise<void> => {
        await setRole(session, { ...state, userId: id }, "member");
      };
      if ((before ?? state).role === "owner") {
        await removals.remove(id, who, demote);
        say(`demoted ${who}: owner to member, no longer declared`);
      } else await demote();
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** A person as in the state or the program. */
interface Before {
  readonly userId: string;
  readonly email?: string | undefined;
  readonly role?: string | undefined;
}

/**
 * modify_user, if that leaves enough owners. Nothing is sent if this process has read that the person has the role: in an
 * organization just adopted, a write for each person would take minutes and change nothing.
 *
 * @param before - Tells whether an owner would lose the role, but never that there is nothing to send.
 */
async function setRole(session: Session, before: Before, role: Role): Promise<OrganizationUser> {
  const { directory, owners } = session;
  const user = role === "owner" ? directory.recall(before.userId) : await asIs(session, before);
  if (user !== undefined && sameRole(user.role, role)) return user;
  const send = async (): Promise<OrganizationUser> => {
    const isManaged = directory.recall(before.userId)?.isScimManaged === true;
    const changed = await giveRole(directory, before, role, user);
    if (role !== "owner" && isManaged) {
      session.say(
        `${named(before)} was demoted, and may get the role back: an identity provider manages this person`,
        "warning",
      );
    }
    return changed;
  };
  return role === "owner" ? send() : owners.demoteOrRemove(user ?? before, send);
}

/**
 * What is known about a person who is to be demoted or removed. If the state has no owner, the person may have become one
 * since, so the API is asked; if it has one, the guard lists the owners anyway.
 */
async function asIs({ directory }: Session, before: Before): Promise<OrganizationUser | undefined> {
  const user = directory.recall(before.userId);
  return user ?? (before.role === "owner" ? undefined : directory.read(before.userId, before.email));
}

/** list_users, for one email. */
async function find(
  { directory, declarations }: Session,
  email: string | undefined,
): Promise<OrganizationUser | undefined> {
  const user = email === undefined ? undefined : await directory.findByEmail(email);
  if (user !== undefined) declarations.identify(email, user.userId);
  return user;
}

/** The id of the declared person; undefined if that is not known yet. */
async function meaning(
  session: Session,
  id: string,
  state: RoleState,
  { userId, email }: RoleInputs,
): Promise<string | undefined> {
  for (const email of [state.email, state.declaredEmail]) session.declarations.identify(email, id);
  if (isUnknown(userId) || isUnknown(email)) return undefined;
  if (userId !== undefined) return userId;
  if (sameEmail(email, state.email) || sameEmail(email, state.declaredEmail)) return id;
  const user = await find(session, email);
  if (user === undefined) throw new Error(isNotInOrganization({ email }));
  return user.userId;
}

function keepSecrets({ secrets }: Session, { secretEmail, email, declaredEmail }: Partial<RoleState>): void {
  if (secretEmail) secrets.add(email, declaredEmail);
}

/** Why a person is not removed or demoted before the replacement is created. */
function goesFirst(who: string): string {
  return (
    `${who} was left alone: deleting before replacing could remove somebody the program declares later. ` +
    `Remove the deleteBeforeReplace option, here or on the resource that names this person.`
  );
}

/** The inputs whose values are known. */
function known(inputs: Partial<RoleInputs>): Partial<RoleInputs> {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => !isUnknown(value)));
}

/** OrganizationUserRole. */
export const organizationUserRole: Resource = {
  names: "email",
  derived: ROLE_DERIVED,

  check: checkRole,

  async diff(session, id, state, news, oldInputs) {
    const { changes, replaces, updates } = await diffRole(
      session,
      id,
      roleStateFrom(state),
      roleInputsFrom(news),
    );
    const differences: Difference[] = [
      ...replaces.map((path) => ({ path, kind: "replace", isOfInputs: true }) as const),
      ...updates.map(
        (path) => ({ path, kind: path in oldInputs ? "update" : "add", isOfInputs: true }) as const,
      ),
    ];
    return { changes, differences };
  },

  preview(inputs, state) {
    const { userId = UNKNOWN, email = UNKNOWN, name = UNKNOWN, addedAt = UNKNOWN } = state ?? inputs;
    return { userId, email, name, addedAt, ...inputs };
  },

  async create(session, inputs) {
    const state = await createRole(session, roleInputsFrom(inputs));
    return { id: state.userId, state };
  },

  async read(session, id, before) {
    const state = await readRole(session, id, before);
    return state && { id: state.userId, state, inputs: inputsOf(state) };
  },

  update: (session, id, state, inputs) =>
    updateRole(session, id, roleStateFrom(state), roleInputsFrom(inputs)),

  delete: (session, id, state) => deleteRole(session, id, roleStateFrom(state)),
};
