import { People } from "../../../provider/src/organization/people";
import type { Situation } from "../../../provider/src/organization/roster/changes";
import { identify } from "../../../provider/src/organization/roster/identify";
import { planRoster, type RosterPlan } from "../../../provider/src/organization/roster/plan";
import { declarationOf, type RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { beforeOf, type RosterState } from "../../../provider/src/organization/roster/rosterState";
import { limitsOf, type Numbers } from "../../limits";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";

/** When every plan is made, in Unix seconds. */
const NOW = 1_800_000_000;

/** What a plan depends on besides the organization and the declaration. */
export interface Known extends Partial<Omit<Situation, "people" | "identified">> {
  /** The roster until now; undefined: it is new. */
  readonly state?: Partial<RosterState> | undefined;
}

/** The plan for an organization and a declaration. */
export function planOf(
  users: readonly OrganizationUser[],
  inputs: RosterInputs,
  limits: Numbers = {},
  { state, ...known }: Known = {},
): RosterPlan {
  const people = new People(users);
  const declaration = declarationOf(inputs);
  const before = beforeOf(state);
  const identified = identify(declaration.members.keys(), before, people);
  const situation = { people, identified, aliases: new Map(), invites: undefined, now: NOW, ...known };
  return planRoster(situation, declaration, before, limitsOf(limits));
}

/** The inputs of a roster with the default policies, but for these. */
export function rosterOf(
  members: RosterInputs["members"],
  policies: Partial<RosterInputs> = {},
): RosterInputs {
  return { members, undeclaredOwners: "error", undeclaredMembers: "ignore", ...policies };
}
