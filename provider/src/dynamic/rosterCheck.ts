import type * as pulumi from "@pulumi/pulumi";

import { ROSTER_POLICIES } from "../organization/rosterPolicies";
import { isRole, ROLES } from "../users-api/role";
import { shown } from "../users-api/text";
import {
  emailProblem,
  quoted,
  tellable,
  unknownProperties,
  userIdInputProblem,
  type RawInputs,
} from "./inputs";
import type { RosterInputs } from "./rosterState";
import { isUnknown } from "./unknown";

/** The result of looking at the inputs alone. */
export interface CheckedRoster {
  readonly inputs: Partial<RosterInputs>;
  readonly failures: pulumi.dynamic.CheckFailure[];
  /** Whether every value is known, so that the roster can be compared with the organization. */
  readonly known: boolean;
}

const PROPERTIES = ["members", "undeclaredOwners", "undeclaredMembers", "onRemove"];

/** Checks each property by itself; values not known yet are let pass. */
export function checkRoster(news: RawInputs): CheckedRoster {
  const failures: pulumi.dynamic.CheckFailure[] = [];
  const inputs: Record<string, unknown> = { members: news.members };
  let known = true;
  for (const [policy, [first, ...others]] of Object.entries(ROSTER_POLICIES)) {
    const value = (inputs[policy] = news[policy] ?? first);
    if (isUnknown(value)) known = false;
    else if (![first, ...others].some((allowed) => allowed === value)) {
      failures.push({
        property: policy,
        reason: `${policy} must be one of ${quoted([first, ...others])}, not ${shown(value)}.`,
      });
    }
  }
  failures.push(...unknownProperties(news, PROPERTIES));
  if (isUnknown(news.members)) known = false;
  else {
    const problems = membersProblems(news.members);
    if (problems.length > 0) failures.push(aboutMembers(problems));
    else if (Object.values(news.members as object).some(isUnknown)) known = false;
  }
  return { inputs, failures: tellable(failures, news), known };
}

/** How many problems a failure tells; it says how many more there are. */
const TOLD = 50;

/** A failure about members. It names no property: the engine would repeat its value, all entries on one line. */
export function aboutMembers(problems: readonly string[]): pulumi.dynamic.CheckFailure {
  const rest = problems.length - TOLD;
  const more = rest > 0 ? ` And ${rest} more.` : "";
  return { property: "", reason: `members: ${problems.slice(0, TOLD).join(" ")}${more}` };
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
    if (!isUnknown(role) && !isRole(role)) {
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
