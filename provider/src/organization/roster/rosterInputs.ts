import { isRole, ROLES, type Role } from "../../users-api/role";
import type { InviteProject } from "../../users-api/schema";
import { sentences, shown } from "../../text";
import {
  emailProblem,
  isUnknown,
  quoted,
  tellable,
  UNKNOWN,
  unknownProperties,
  userIdInputProblem,
  type Problem,
  type RawInputs,
} from "../inputs";
import { firstLines } from "../person";
import {
  INVITE_POLICIES,
  ROSTER_POLICIES,
  type Absent,
  type UndeclaredInvites,
  type UndeclaredMembers,
  type UndeclaredOwners,
} from "../policies";

/** The declaration of a whole organization, as checked. */
export interface RosterInputs {
  /** Roles by email or user id. */
  readonly members: Readonly<Record<string, Role>>;
  readonly undeclaredOwners: UndeclaredOwners;
  readonly undeclaredMembers: UndeclaredMembers;
  /** Default: `error`. */
  readonly absent?: Absent;
  /** Default: `warn` if people are invited, else the invitations are not read. */
  readonly undeclaredInvites?: UndeclaredInvites;
  /** The projects that invited people also join. Default: none. */
  readonly inviteProjects?: readonly InviteProject[];
}

/** The result of checking the inputs alone, without the API. */
export interface CheckedRoster {
  readonly inputs: Partial<RosterInputs>;
  readonly problems: Problem[];
  /** The declaration, if it has no problem and every value is known. */
  readonly declared: RosterInputs | undefined;
}

const PROPERTIES = [
  "members",
  ...Object.keys(ROSTER_POLICIES),
  ...Object.keys(INVITE_POLICIES),
  "inviteProjects",
];

/** Checks each property by itself; unknown values pass. */
export function checkRosterInputs(news: RawInputs): CheckedRoster {
  const problems: Problem[] = [];
  const inputs: Record<string, unknown> = { members: news.members };
  for (const [policy, values] of Object.entries({ ...ROSTER_POLICIES, ...INVITE_POLICIES })) {
    const value = news[policy] ?? (policy in ROSTER_POLICIES ? values[0] : undefined);
    if (value === undefined) continue;
    inputs[policy] = value;
    if (value === UNKNOWN || values.some((allowed) => allowed === value)) continue;
    problems.push({
      property: policy,
      reason: `${policy} must be one of ${quoted(values)}, not ${shown(value)}.`,
    });
  }
  const projects = news.inviteProjects ?? undefined;
  if (projects !== undefined) inputs.inviteProjects = projects;
  if (
    projects !== undefined &&
    projects !== UNKNOWN &&
    !(Array.isArray(projects) && projects.every(isProject))
  ) {
    problems.push({
      property: "",
      reason: `inviteProjects must be a list of {id, role}, each role "member" or "owner", not ${shown(projects)}.`,
    });
  }
  if (inputs.undeclaredOwners === "demote" && inputs.undeclaredMembers === "remove") {
    problems.push({
      property: "undeclaredOwners",
      reason:
        `undeclaredOwners "demote" with undeclaredMembers "remove" would remove the demoted owners in the next ` +
        `update. Set both to "remove", or do not remove members.`,
    });
  }
  problems.push(...unknownProperties(news, PROPERTIES));
  const wrong = news.members === UNKNOWN ? [] : membersProblems(news.members);
  if (wrong.length > 0) problems.push(aboutMembers(wrong));
  const isKnown = problems.length === 0 && !hasUnknown(inputs);
  return {
    inputs,
    problems: tellable(problems, news),
    declared: isKnown ? (inputs as unknown as RosterInputs) : undefined,
  };
}

/** Whether a value, or anything in it, is not known yet. */
export function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(hasUnknown);
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

function membersProblems(members: unknown): string[] {
  if (typeof members !== "object" || members === null || Array.isArray(members)) {
    return [`It must be an object with a role for each email or user id, not ${shown(members)}.`];
  }
  const problems: string[] = [];
  const keys = new Map<string, string>();
  for (const [key, role] of Object.entries(members)) {
    const problem = key.includes("@") ? emailProblem(key) : userIdInputProblem(key);
    if (problem !== undefined) problems.push(problem);
    if (role !== UNKNOWN && !isRole(role)) {
      problems.push(`The role of ${shown(key)} must be one of ${quoted(ROLES)}, not ${shown(role)}.`);
    }
    const person = key.includes("@") ? key.toLowerCase() : key;
    const other = keys.get(person);
    if (other !== undefined)
      problems.push(`${shown(other)} and ${shown(key)} are the same email: keep one of the two.`);
    keys.set(person, key);
  }
  return problems;
}
