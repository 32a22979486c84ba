import type { Limits } from "../organization/limits";
import { sameRole, type Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { shown } from "../users-api/text";
import type { RosterInputs } from "./rosterState";

/** One person's way from what the organization has to what the roster declares. */
export interface Change {
  readonly user: OrganizationUser;
  /** The role to give; absent where the person is removed. */
  readonly role?: Role;
  /** The roster's entry, where it has one. */
  readonly key?: string;
}

/** What stands between the organization and the roster. */
export interface RosterPlan {
  /** Why the roster cannot be put into force; nothing may be sent while there is one. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly promotions: readonly Change[];
  readonly demotions: readonly Change[];
  readonly removals: readonly Change[];
  /** The role of each declared person who is in the organization, in the roster's word where it is the declared one. */
  readonly actual: Readonly<Record<string, string>>;
  /** The roles of those whom the roster does not declare and would change, by email or id. */
  readonly extra: Readonly<Record<string, string>>;
}

/**
 * Compares an organization with a roster.
 *
 * @param users - Everybody in the organization.
 * @param inputs - What is declared.
 * @param before - The entries that were in force until now: whoever is no longer declared is taken out as `onRemove`
 * says.
 * @param isElsewhere - Whether another resource declares a person: then the program does, though the roster does not.
 */
export function planRoster(
  users: readonly OrganizationUser[],
  inputs: RosterInputs,
  before: Readonly<Record<string, string>> = {},
  isElsewhere: (user: OrganizationUser) => boolean = () => false,
): RosterPlan {
  const find = finder(users);
  const plan: Draft = {
    problems: [],
    warnings: [],
    promotions: [],
    demotions: [],
    removals: [],
    actual: {},
    extra: {},
  };
  const declared = planDeclared(plan, inputs, find);
  const takenOut = people(Object.keys(before), find).filter(
    ({ userId }) => inputs.onRemove !== "retain" && !declared.has(userId),
  );
  planTakenOut(
    plan,
    inputs,
    takenOut.filter((user) => !isElsewhere(user)),
  );
  const known = new Set([...declared, ...takenOut.map(({ userId }) => userId)]);
  planUndeclared(
    plan,
    inputs,
    users.filter((user) => !known.has(user.userId) && !isElsewhere(user)),
  );
  return plan;
}

/** A plan that is being made. */
type Draft = { -readonly [Part in keyof RosterPlan]: Mutable<RosterPlan[Part]> };
type Mutable<T> = T extends readonly (infer Item)[] ? Item[] : { -readonly [Key in keyof T]: T[Key] };

/** Whom the roster names: promotions and demotions. Answers their ids. */
function planDeclared(plan: Draft, { members }: RosterInputs, find: Find): ReadonlySet<string> {
  const keys = new Map<string, string>();
  const absent: string[] = [];
  for (const [key, role] of Object.entries(members)) {
    const user = find(key);
    if (user === undefined) {
      absent.push(key);
      continue;
    }
    const other = keys.get(user.userId);
    if (other !== undefined)
      plan.problems.push(`${shown(key)} and ${shown(other)} are the same person: keep one of the two.`);
    keys.set(user.userId, key);
    if (sameRole(user.role, role)) plan.actual[key] = role;
    else {
      if (user.role !== undefined) plan.actual[key] = user.role;
      (role === "owner" ? plan.promotions : plan.demotions).push({ user, role, key });
    }
  }
  if (absent.length > 0) {
    plan.problems.push(
      `Not in the organization: ${list(absent)}. Roles are set for people who are there: invite them in the ` +
        `organization's settings on platform.openai.com, or take them out of members.`,
    );
  }
  return new Set(keys.keys());
}

/** Whom the roster named until now. */
function planTakenOut(plan: Draft, { onRemove }: RosterInputs, users: readonly OrganizationUser[]): void {
  if (onRemove === "deleteUser") plan.removals.push(...users.map((user) => ({ user })));
  else plan.demotions.push(...users.filter(isOwner).map((user): Change => ({ user, role: "member" })));
}

/** Whom nothing of the program names. */
function planUndeclared(plan: Draft, inputs: RosterInputs, users: readonly OrganizationUser[]): void {
  const owners = users.filter(isOwner);
  const members = users.filter((user) => !isOwner(user));
  const report = (policy: string, what: string, these: readonly OrganizationUser[]): void => {
    if (these.length === 0) return;
    const line = `${what} whom members does not declare: ${list(these.map(name))}.`;
    if (policy === "warn") plan.warnings.push(line);
    if (policy === "error") plan.problems.push(line);
  };
  report(inputs.undeclaredOwners, "Owners", owners);
  report(inputs.undeclaredMembers, "Members", members);
  if (inputs.undeclaredOwners === "demote") {
    for (const user of owners) {
      plan.demotions.push({ user, role: "member" });
      plan.extra[name(user)] = "owner";
    }
  }
  if (inputs.undeclaredMembers === "remove") {
    for (const user of members) {
      plan.removals.push({ user });
      plan.extra[name(user)] = user.role ?? "member";
    }
  }
}

function isOwner({ role }: OrganizationUser): boolean {
  return role === "owner";
}

/** Whether there is anything to change. */
export function isEmpty({ promotions, demotions, removals }: RosterPlan): boolean {
  return promotions.length + demotions.length + removals.length === 0;
}

/** Why a plan is unsafe as a whole, though each of its changes might do. */
export function unsafe(plan: RosterPlan, users: readonly OrganizationUser[], limits: Limits): string[] {
  const problems: string[] = [];
  const leaving = new Set([...plan.demotions, ...plan.removals].map(({ user }) => user.userId));
  const losing = users.filter((user) => isOwner(user) && leaving.has(user.userId));
  const staying = users.some((user) => isOwner(user) && !leaving.has(user.userId));
  if (losing.length > 0 && !staying && plan.promotions.length === 0 && limits.minOwners > 0) {
    problems.push(
      `No owner would be left: ${list(losing.map(name))} would lose that role. Declare another owner, or, if this is ` +
        `meant, allow it: pulumi config set openai:minOwners 0`,
    );
  }
  if (plan.removals.length > limits.maxRemovals) {
    problems.push(
      `${plan.removals.length} people would be removed from the organization, more than one update may remove ` +
        `(openai:maxRemovals, ${limits.maxRemovals}): ${list(plan.removals.map(({ user }) => name(user)))}. If all of ` +
        `them are meant to go, allow it: pulumi config set openai:maxRemovals ${plan.removals.length}`,
    );
  }
  return problems;
}

/** How a person is named: by email, where there is one. */
export function name({ email, userId }: OrganizationUser): string {
  return email ?? userId;
}

/** How many people a message names; it says how many more there are. */
const NAMED = 50;

function list(people: readonly string[]): string {
  const rest = people.length - NAMED;
  return people.slice(0, NAMED).map(shown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** Answers who has an email, whatever its case, or an id. */
type Find = (key: string) => OrganizationUser | undefined;

/** Finds people by email, whatever its case, or by id. */
export function finder(users: readonly OrganizationUser[]): Find {
  const byId = new Map(users.map((user) => [user.userId, user]));
  const byEmail = new Map(users.map((user) => [user.email?.toLowerCase(), user]));
  return (key) => (key.includes("@") ? byEmail.get(key.toLowerCase()) : byId.get(key));
}

/** Those of some keys who are found, each once. */
function people(keys: readonly string[], find: Find): OrganizationUser[] {
  return [...new Set(keys.map(find))].filter((user) => user !== undefined);
}
