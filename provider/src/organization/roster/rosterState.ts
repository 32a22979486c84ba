import { isDeepStrictEqual } from "node:util";

import type { Role } from "../../users-api/role";
import { ROSTER_POLICIES } from "../policies";
import type { RawState } from "../resource";
import type { Session } from "../session";
import type { RosterInputs } from "./rosterInputs";

/** The id of every roster. The API knows none. */
export const ROSTER_ID = "roster";

/** The outputs that repeat the entries. */
export const ROSTER_DERIVED = ["invited"] as const;

/** A pending invitation. */
export interface Invited {
  /** The role that the person gets by accepting. */
  readonly role: string;
  /** When the invitation expires, in Unix seconds; absent if the API does not say. */
  readonly expiresAt?: number;
}

/** The entries that a roster which invites has had until now, with each known invitation. */
export type InvitedBefore = Readonly<Record<string, Invited | undefined>>;

/** What the engine keeps about a roster. A policy is absent if it is the default. */
export interface RosterState extends Partial<Omit<RosterInputs, "members">> {
  /** The role that each declared person has. */
  readonly members: Readonly<Record<string, string>>;
  /** Pending invitations by entry; an entry that was taken out stays until its invitation is revoked. Absent: none. */
  readonly invited?: Readonly<Record<string, Invited>>;
  /** Whether the program keeps members secret, so that no message shows its emails. */
  readonly secretMembers?: true;
  /** The organization's name, if the API says it: another key may belong to another organization. */
  readonly organization?: string;
}

const POLICIES = ["undeclaredOwners", "undeclaredMembers"] as const;
const INVITING = ["absent", "undeclaredInvites", "inviteProjects"] as const;
type Inviting = Partial<Pick<RosterInputs, (typeof INVITING)[number]>>;

/**
 * A state as the engine keeps it.
 *
 * @throws Error if it is none of an OrganizationRoster.
 */
export function rosterStateFrom(state: RawState): RosterState {
  if (isRosterState(state)) return state;
  throw new Error("The state has no members, so it is none of an OrganizationRoster: run pulumi refresh.");
}

function isRosterState(state: RawState): state is RawState & RosterState {
  return typeof state.members === "object" && state.members !== null;
}

/** The state for inputs, given the role that each declared person has. */
export function rosterStateOf(
  inputs: RosterInputs,
  members: Readonly<Record<string, string>>,
  invited: Readonly<Record<string, Invited>>,
  { secrets, directory }: Pick<Session, "secrets" | "directory">,
  organization = directory.organization,
): RosterState {
  const told = POLICIES.filter((policy) => inputs[policy] !== ROSTER_POLICIES[policy][0]);
  return {
    members,
    ...Object.fromEntries(told.map((policy) => [policy, inputs[policy]])),
    ...invitingOf(inputs),
    ...(Object.keys(invited).length > 0 && { invited }),
    ...(Object.keys(members).some((key) => secrets.has(key)) && { secretMembers: true }),
    ...(organization !== undefined && { organization }),
  };
}

/** What a declaration says about invitations. */
function invitingOf(inputs: Inviting): Inviting {
  const given = INVITING.filter((property) => inputs[property] !== undefined);
  return Object.fromEntries(given.map((property) => [property, inputs[property]]));
}

/** The inputs that lead to a state, with their defaults. */
export function rosterInputsOf(state: Partial<RosterState>): RosterInputs {
  return {
    members: (state.members ?? {}) as Readonly<Record<string, Role>>,
    undeclaredOwners: state.undeclaredOwners ?? ROSTER_POLICIES.undeclaredOwners[0],
    undeclaredMembers: state.undeclaredMembers ?? ROSTER_POLICIES.undeclaredMembers[0],
    ...invitingOf(state),
  };
}

/** How an entry of a declaration differs from the state. */
export interface EntryChange {
  readonly key: string;
  readonly kind: "add" | "delete" | "update";
}

/** The entries that differ between a state and a declaration. */
export function entriesChanged(state: RosterState, { members }: RosterInputs): EntryChange[] {
  const before = new Map(Object.entries(state.members));
  const changes: EntryChange[] = [];
  for (const [key, role] of Object.entries(members)) {
    if (!before.has(key)) changes.push({ key, kind: "add" });
    else if (before.get(key) !== role) changes.push({ key, kind: "update" });
    before.delete(key);
  }
  for (const key of before.keys()) changes.push({ key, kind: "delete" });
  return changes;
}

/** The policies that differ between a state and a declaration. */
export function policiesChanged(state: RosterState, inputs: RosterInputs): string[] {
  const before = rosterInputsOf(state);
  const properties = [...POLICIES, ...INVITING];
  return properties.filter((property) => !isDeepStrictEqual(before[property], inputs[property]));
}

/** Has messages hide the entries of a roster whose members are secret. */
export function keepSecrets(
  { secrets }: Session,
  { secretMembers, members, invited }: Partial<RosterState>,
): void {
  if (secretMembers) secrets.add(...entryNames(members), ...entryNames(invited));
}

/** The entries of a roster that invites, from its inputs or state, with their invitations: these are revoked with them. */
export function invitedBefore({ absent, members, invited }: Had = {}): InvitedBefore | undefined {
  if (absent !== "invite") return undefined;
  const entries = Object.keys(members ?? {}).map((key) => [key, undefined] as const);
  return { ...Object.fromEntries(entries), ...(invited as RosterState["invited"]) };
}

type Had = Partial<Record<"absent" | "members" | "invited", unknown>>;

/** The names in entries: ids, and emails in lower case. */
export function entryNames(members: unknown): ReadonlySet<string> {
  if (typeof members !== "object" || members === null) return new Set();
  return new Set(Object.keys(members).map((key) => (key.includes("@") ? key.toLowerCase() : key)));
}
