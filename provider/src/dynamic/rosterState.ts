import {
  ROSTER_POLICIES,
  type OnRemove,
  type UndeclaredMembers,
  type UndeclaredOwners,
} from "../organization/rosterPolicies";
import type { Role } from "../users-api/role";

/** The inputs of an OrganizationRoster, as checked. */
export interface RosterInputs {
  /** Roles by email or user id, as the program has them. */
  readonly members: Readonly<Record<string, Role>>;
  readonly undeclaredOwners: UndeclaredOwners;
  readonly undeclaredMembers: UndeclaredMembers;
  readonly onRemove: OnRemove;
}

/** What the engine keeps of an OrganizationRoster. A policy is absent where it is the default. */
export interface RosterState extends Partial<Omit<RosterInputs, "members">> {
  /** The role that each declared person has. */
  readonly members: Readonly<Record<string, string>>;
}

const POLICIES = ["undeclaredOwners", "undeclaredMembers", "onRemove"] as const;

/** The state of inputs, with what each declared person has. */
export function rosterStateOf(inputs: RosterInputs, members: Readonly<Record<string, string>>): RosterState {
  const told = POLICIES.filter((policy) => inputs[policy] !== ROSTER_POLICIES[policy][0]);
  return { members, ...Object.fromEntries(told.map((policy) => [policy, inputs[policy]])) };
}

/** The inputs that a state came from, with its defaults. */
export function rosterInputsOf(state: RosterState): RosterInputs {
  const { undeclaredOwners, undeclaredMembers, onRemove } = ROSTER_POLICIES;
  return {
    members: state.members as Readonly<Record<string, Role>>,
    undeclaredOwners: state.undeclaredOwners ?? undeclaredOwners[0],
    undeclaredMembers: state.undeclaredMembers ?? undeclaredMembers[0],
    onRemove: state.onRemove ?? onRemove[0],
  };
}
