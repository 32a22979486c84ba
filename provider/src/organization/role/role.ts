import { sameEmail } from "../../users-api/email";
import { isNotFound } from "../../users-api/errors";
import { isRole, sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { isEmail, sameEntry } from "../entry";
import { giveRole } from "../giveRole";
import type { Declarer } from "../guards/declarations";
import type { Outgoing } from "../guards/owners";
import { isUnknown, UNKNOWN, type RawInputs } from "../inputs";
import { hasLeft, isNotInOrganization, named } from "../person";
import { ON_DELETE } from "../policies";
import type { Difference, Resource } from "../resource";
import type { Session } from "../session";
import { removalLine, retainLine, roleLine } from "./roleLines";
import { asItIs, find, lastSeen, meaning } from "./rolePerson";
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
    else if (problems.length === 0) {
      await foresee(session, user, role, false);
      sayPlan(session, user, role);
    }
  }
  return { inputs, problems };
}

/** The properties that replace or update the resource. */
export interface RoleDiff {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly updates: string[];
}

/**
 * Another person is a replacement; another name for the same person, another role or onDelete is an update. The role is
 * compared with the one that the person has now (retrieve_user, or list_users for many), whatever the state says.
 *
 * @param ignored - The properties whose changes the program has the engine ignore: the role is then the state's.
 * @throws Error if the person has left, or the update would be refused.
 */
export async function diffRole(
  session: Session,
  id: string,
  state: RoleState,
  news: RoleInputs,
  ignored: readonly string[] = [],
): Promise<RoleDiff> {
  const { replacements, declarations } = session;
  keepSecrets(session, state);
  const means = await meaning(session, id, state, news);
  if (means !== id) {
    replacements.expect(id, means);
    await session.requireOrganization(id, state.organization);
    const replaces = [news.userId === undefined ? "email" : "userId"];
    return { changes: true, replaces, updates: [] };
  }
  replacements.forget(id);
  const person = await asItIs(session, id, state, ignored);
  // A refresh asks, too, about the role as it was deployed.
  if (declarations.has({ userId: id, email: news.email })) {
    await foresee(session, person, news.role, false);
    sayPlan(session, person, news.role);
  }
  const updates = [
    ...(state.role === news.role && sameRole(person.role, news.role) ? [] : ["role"]),
    ...((state.onDelete ?? ON_DELETE[0]) === news.onDelete ? [] : ["onDelete"]),
    ...(declaredEmail(state) === news.email ? [] : [news.email === undefined ? "userId" : "email"]),
  ];
  return { changes: updates.length > 0, replaces: [], updates };
}

/** modify_user, unless the role is right already: adopts a person who is in the organization. */
export async function createRole(session: Session, inputs: RoleInputs): Promise<RoleState> {
  const { userId, email, role } = inputs;
  const user = await (userId === undefined ? find(session, email) : session.directory.read(userId));
  if (user === undefined) throw new Error(isNotInOrganization(inputs));
  try {
    const changed = await setRole(session, user, role);
    session.replacements.created(user.userId);
    return stateOf(changed, inputs, session);
  } catch (error) {
    const who = { ...inputs, userId: user.userId };
    throw isNotFound(error) ? new Error(isNotInOrganization(who), { cause: error }) : error;
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
  foreseeRemoval(session, user, state);
  return refreshed(user, state, organization);
}

/** Has a refusal of the cap count everybody whom the program no longer declares: the engine deletes a few at a time. */
function foreseeRemoval(
  session: Session,
  { userId, role }: OrganizationUser,
  state: Partial<RoleState>,
): void {
  const { email, onDelete } = state;
  if (onDelete === "retain" || (onDelete === "demote" && role !== "owner")) return;
  const person = { userId, email };
  const isDeclared = (): boolean =>
    [person, { email: declaredEmail(state) }].some((one) => session.isDeclared(one, state.organization));
  session.removals.foresee(userId, { who: named(person), isDeclared });
}

/**
 * modify_user if the person has another role, whatever the state says; other changes only go into the state.
 *
 * @param ignored - As in {@link diffRole}.
 */
export async function updateRole(
  session: Session,
  id: string,
  state: RoleState,
  news: RoleInputs,
  ignored: readonly string[] = [],
): Promise<RoleState> {
  const person = await asItIs(session, id, state, ignored);
  try {
    if (!sameRole(person.role, news.role)) await session.requireOrganization(id, state.organization);
    const user = await setRole(session, person, news.role);
    return stateOf(user, news, session, session.organizationOf(state.organization));
  } catch (error) {
    throw isNotFound(error) ? new Error(hasLeft(person), { cause: error }) : error;
  }
}

/**
 * delete_user, modify_user or nothing, as `onDelete` says; nothing if the program still declares the person, or the
 * person has left.
 */
export async function deleteRole(session: Session, id: string, state: RoleState): Promise<void> {
  const { removals, owners, replacements, directory, say } = session;
  keepSecrets(session, state);
  const onDelete = state.onDelete ?? ON_DELETE[0];
  const who = named({ userId: id, email: state.email });
  if (!ON_DELETE.includes(onDelete))
    throw new Error(`The state's onDelete is ${shown(onDelete)}, which this version does not know.`);
  const names = [{ userId: id, email: state.email }, { email: declaredEmail(state) }];
  if (names.some((person) => session.isDeclared(person, state.organization))) {
    if (onDelete !== "retain")
      say(`${who} stays in the organization: the program still declares this person.`);
    return;
  }
  if (onDelete === "retain") {
    // A rename that failed half-way leaves two resources: the other one tells what becomes of the person.
    if (removals.isForeseen(id)) return;
    // A roster may have removed or demoted this person in the same update.
    const person = removals.concerns(id)
      ? await directory.read(id)
      : { ...state, ...directory.recall(id), userId: id };
    if (person !== undefined) say(retainLine(person));
    return;
  }
  if (replacements.isPending(id)) throw new Error(goesFirst(who));
  try {
    if (onDelete === "remove") {
      await removals.remove(id, who, async () => {
        await session.requireOrganization(id, state.organization);
        const person = await lastSeen(session, id, state);
        let line = "";
        await owners.demoteOrRemove({ ...person, email: state.email }, () => {
          line = removalLine({ ...person, ...directory.recall(id) });
          return directory.delete(id);
        });
        say(line);
      });
    } else {
      await session.requireOrganization(id, state.organization);
      const person = await lastSeen(session, id, state);
      const demote = async (): Promise<void> => {
        await setRole(session, person, "member", "no longer declared");
      };
      await (person.role === "owner" ? removals.remove(id, who, demote) : demote());
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/**
 * modify_user, if that leaves enough owners. Nothing is sent if the person has the role: in an organization just adopted,
 * a write for each person would take minutes and change nothing.
 */
async function setRole(
  { directory, owners, say }: Session,
  person: OrganizationUser,
  role: Role,
  why?: string,
): Promise<OrganizationUser> {
  const line = roleLine(person, role, "done", why);
  if (line === undefined) return person;
  const send = async (): Promise<OrganizationUser> => {
    const changed = await giveRole(directory, person, role, person);
    say(line);
    return changed;
  };
  if (role !== "owner") return owners.demoteOrRemove(person, send);
  // So that enough owners stay, somebody else's demotion may have promoted this person, or be doing so now.
  const now = directory.recall(person.userId) ?? (await directory.read(person.userId));
  return now !== undefined && sameRole(now.role, role) ? now : send();
}

/** Looks ahead for a preview. @throws Error if the update could not demote the person. */
async function foresee({ owners }: Session, person: Outgoing, role: unknown, isLast: boolean): Promise<void> {
  if (!isRole(role) || role === "owner" || sameRole(person.role, role)) return;
  await (person.role === "owner" ? owners.foresee(person, isLast) : owners.refuseKeyOwner(person));
}

/** Shows what an update would change, if the role is known. */
function sayPlan(session: Session, person: OrganizationUser, role: unknown): void {
  const line = isRole(role) ? roleLine(person, role, "plan") : undefined;
  if (line !== undefined) session.sayOnce(line, "plan");
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

  async diff(session, id, state, news, { oldInputs = {}, ignored }) {
    const { changes, replaces, updates } = await diffRole(
      session,
      id,
      roleStateFrom(state),
      roleInputsFrom(news),
      ignored,
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

  async foresee(session, inputs, state) {
    const { userId, email, role } = known(inputs);
    // The check, or the diff, has looked the person up.
    const id =
      state === undefined ? (userId ?? session.declarations.idOf(email)) : roleStateFrom(state).userId;
    const person = id === undefined ? undefined : (session.directory.recall(id) ?? { ...state, userId: id });
    if (person !== undefined) await foresee(session, person, role, true);
  },

  async create(session, inputs) {
    const state = await createRole(session, roleInputsFrom(inputs));
    return { id: state.userId, state };
  },

  async read(session, id, before) {
    const state = await readRole(session, id, before);
    // Without a state the program reads somebody by itself, whom an earlier one may have managed.
    if (before === undefined && state !== undefined) session.declarations.read(state);
    return state && { id: state.userId, state, inputs: inputsOf(state) };
  },

  update: (session, id, state, inputs, ignored) =>
    updateRole(session, id, roleStateFrom(state), roleInputsFrom(inputs), ignored),

  delete: (session, id, state) => deleteRole(session, id, roleStateFrom(state)),
};
