import { isRole, ROLES, type Role } from "../../users-api/role";
import type { InviteProject } from "../../users-api/schema";
import { sentences, shown } from "../../text";
import { canonicalEntry, entryProblem, type Entry } from "../entry";
import {
  isUnknown,
  quoted,
  tellable,
  UNKNOWN,
  unknownProperties,
  type Problem,
  type RawInputs,
} from "../inputs";
import { roleOfUndeclared } from "../lines";
import { firstLines } from "../person";
import {
  GROUP_POLICIES,
  INVITE_POLICIES,
  ROSTER_POLICIES,
  type Absent,
  type OwnersThroughGroups,
  type UndeclaredInvites,
  type UndeclaredMembers,
  type UndeclaredOwners,
} from "../policies";

/** The inputs of a roster, as checked. */
export interface RosterInputs {
  readonly members: Readonly<Record<Entry, Role>>;
  readonly undeclaredOwners: UndeclaredOwners;
  readonly undeclaredMembers: UndeclaredMembers;
  /** Default: `error`. */
  readonly absent?: Absent;
  /** Default: `warn` if people are invited, else `ignore`. */
  readonly undeclaredInvites?: UndeclaredInvites;
  /** The projects that invited people also join. Default: none. */
  readonly inviteProjects?: readonly InviteProject[];
  /** Default: `ignore`. */
  readonly ownersThroughGroups?: OwnersThroughGroups;
  /** The names or ids of groups whose people may be owners through them. Default: none. */
  readonly ownerGroups?: readonly string[];
}

/** What a roster declares, with every default. A policy that is not known yet lets everybody stay as they are. */
export interface Declaration extends Required<Omit<RosterInputs, "members">> {
  /** The role of each entry; undefined if it is not known yet. */
  readonly members: ReadonlyMap<Entry, Role | undefined>;
  /** What is not known yet: policies, and entries whose role is not. */
  readonly unknown: readonly string[];
}

/** The result of checking the inputs alone, without the API. */
export interface CheckedRoster {
  readonly inputs: Partial<RosterInputs>;
  readonly problems: Problem[];
  /** Undefined if there is a problem, or nobody is known to be a member yet. */
  readonly declaration: Declaration | undefined;
}

const POLICIES = { ...ROSTER_POLICIES, ...INVITE_POLICIES, ...GROUP_POLICIES };
const PROPERTIES = ["members", ...Object.keys(POLICIES), "inviteProjects", "ownerGroups"];

/** Checks each property by itself; unknown values pass. */
export function checkRosterInputs(news: RawInputs): CheckedRoster {
  const { inputs, problems } = checkMembers(news, POLICIES, ROSTER_POLICIES, ROLES);
  const projects = news.inviteProjects ?? undefined;
  if (projects !== undefined) inputs.inviteProjects = projects;
  if (
    projects !== undefined &&
    !isUnknown(projects) &&
    !(Array.isArray(projects) && projects.every(isProject))
  ) {
    problems.push({
      property: "",
      reason: `inviteProjects must be a list of {id, role}, each role "member" or "owner", not ${shown(projects)}.`,
    });
  }
  const groups = news.ownerGroups ?? undefined;
  if (groups !== undefined) {
    inputs.ownerGroups = groups;
    const reason = ownerGroupsProblem(groups, inputs.ownersThroughGroups);
    if (reason !== undefined) problems.push({ property: "", reason });
  }
  problems.push(...unknownProperties(news, PROPERTIES));
  const isKnown = problems.length === 0 && !isUnknown(inputs.members);
  return {
    inputs,
    problems: tellable(problems, news),
    declaration: isKnown ? declarationOf(inputs as unknown as RosterInputs) : undefined,
  };
}

/**
 * Checks what every roster has: its members, and policies.
 *
 * @param policies - The values of each policy, the default first.
 * @param told - Those whose default the inputs have.
 */
export function checkMembers(
  news: RawInputs,
  policies: Readonly<Record<string, readonly string[]>>,
  told: object,
  roles: readonly string[],
) {
  const members = withoutUndeclared(news.members);
  const inputs: Record<string, unknown> = { members };
  const problems: Problem[] = [];
  for (const [policy, values] of Object.entries(policies)) {
    const value = news[policy] ?? (policy in told ? values[0] : undefined);
    if (value === undefined) continue;
    inputs[policy] = value;
    if (isUnknown(value) || values.some((allowed) => allowed === value)) continue;
    const reason = `${policy} must be one of ${quoted(values)}, not ${shown(value)}.`;
    problems.push({ property: policy, reason });
  }
  problems.push(...together(inputs));
  const wrong = isUnknown(members) ? [] : membersProblems(members, roles);
  if (wrong.length > 0) problems.push(aboutMembers(wrong));
  return { inputs, problems };
}

/** What is wrong with two policies that are right each by itself. */
function together({ undeclaredOwners, undeclaredMembers }: RawInputs): Problem[] {
  if (undeclaredOwners !== "demote" || undeclaredMembers !== "remove") return [];
  const reason =
    `undeclaredOwners "demote" with undeclaredMembers "remove" would remove the demoted owners in the next ` +
    `update. Set both to "remove", or do not remove members.`;
  return [{ property: "undeclaredOwners", reason }];
}

/**
 * Inputs that check or read has answered, as the engine hands them back.
 *
 * @throws Error if they are another resource's.
 */
export function rosterInputsFrom(news: RawInputs, type = "an OrganizationRoster"): RosterInputs {
  const inputs = { ...news, members: withoutUndeclared(news.members) };
  if (isRosterInputs(inputs)) return inputs;
  throw new Error(`These inputs have no members, so they are not those of ${type}.`);
}

function isRosterInputs(inputs: RawInputs): inputs is RawInputs & RosterInputs {
  return isObject(inputs.members) || isUnknown(inputs.members);
}

/** What inputs declare, of a roster of the organization or of a project. */
export function declarationOf(inputs: RosterInputs): Declaration {
  const unknown: string[] = [];
  const known = <T>(property: keyof RosterInputs, value: T, harmless: T): T => {
    if (!hasUnknown(value)) return value;
    unknown.push(property);
    return harmless;
  };
  const members = new Map<Entry, Role | undefined>();
  for (const [entry, role] of Object.entries(inputs.members)) {
    members.set(entry, isRole(role) ? role : undefined);
    if (!isRole(role)) unknown.push(shown(entry));
  }
  const { absent = INVITE_POLICIES.absent[0] } = inputs;
  const { undeclaredInvites = absent === "invite" ? "warn" : "ignore", inviteProjects = [] } = inputs;
  const { ownersThroughGroups = GROUP_POLICIES.ownersThroughGroups[0], ownerGroups = [] } = inputs;
  const accepted = known<readonly string[] | undefined>("ownerGroups", ownerGroups, undefined);
  return {
    members,
    undeclaredOwners: known("undeclaredOwners", inputs.undeclaredOwners, "ignore"),
    undeclaredMembers: known("undeclaredMembers", inputs.undeclaredMembers, "ignore"),
    absent: known("absent", absent, "warn"),
    undeclaredInvites: known("undeclaredInvites", undeclaredInvites, "ignore"),
    inviteProjects: known("inviteProjects", inviteProjects, []),
    ownerGroups: accepted ?? [],
    // Until every name is known, nobody can say whose groups are accepted.
    ownersThroughGroups:
      accepted === undefined ? "ignore" : known("ownersThroughGroups", ownersThroughGroups, "ignore"),
    unknown,
  };
}

/** Whether a value, or anything in it, is not known yet. */
function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(hasUnknown);
}

function ownerGroupsProblem(groups: unknown, ownersThroughGroups: unknown): string | undefined {
  const what = "ownerGroups must be a list of the names or ids of groups";
  if (!isUnknown(groups) && !Array.isArray(groups)) return `${what}, not ${shown(groups)}.`;
  const isName = (name: unknown): boolean => typeof name === "string" && name.trim() !== "";
  const wrong: unknown[] = [groups].flat().filter((name) => !isUnknown(name) && !isName(name));
  if (wrong.length > 0) return `${what}: ${shown(wrong[0])} is neither.`;
  if (ownersThroughGroups !== undefined) return undefined;
  return 'ownerGroups means nothing by itself: set ownersThroughGroups to "warn" or "error", or take it out.';
}

function isProject(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  const { id, role, ...others } = value as Record<string, unknown>;
  const isNamed = isUnknown(id) || (typeof id === "string" && id.trim() !== "");
  return isNamed && [UNKNOWN, "member", "owner"].includes(role as string) && Object.keys(others).length === 0;
}

/** A problem with members. It names no property: the engine would print its value, all entries on one line. */
export function aboutMembers(problems: readonly string[]): Problem {
  return { property: "", reason: `members: ${sentences(firstLines(problems))}` };
}

/** Members without those that only a read has added: `ignoreChanges` declares what was read. */
function withoutUndeclared(members: unknown): unknown {
  if (!isObject(members) || Object.values(members).every(isDeclared)) return members;
  return Object.fromEntries(Object.entries(members).filter(([, role]) => isDeclared(role)));
}

function isDeclared(role: unknown): boolean {
  return typeof role !== "string" || roleOfUndeclared(role) === undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is wrong with the entries, and with their roles. */
function membersProblems(members: unknown, roles: readonly string[]): string[] {
  if (!isObject(members))
    return [`It must be an object with a role for each email or user id, not ${shown(members)}.`];
  const problems: string[] = [];
  const entries = new Map<string, Entry>();
  for (const [entry, role] of Object.entries(members)) {
    const problem = entryProblem(entry);
    if (problem !== undefined) problems.push(problem);
    if (role !== UNKNOWN && !roles.some((one) => one === role)) {
      problems.push(`The role of ${shown(entry)} must be one of ${quoted(roles)}, not ${shown(role)}.`);
    }
    const canonical = canonicalEntry(entry);
    const other = entries.get(canonical);
    if (other !== undefined)
      problems.push(`${shown(other)} and ${shown(entry)} are the same email: keep one of the two.`);
    entries.set(canonical, entry);
  }
  return problems;
}
