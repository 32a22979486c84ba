import { isDeepStrictEqual } from "node:util";

import type { Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { canonicalEntry, type Entry } from "../entry";
import { ROSTER_POLICIES } from "../policies";
import type { RawState } from "../inputs";
import type { People } from "../people";
import { NO_ROLE } from "../person";
import type { Secrets } from "../secrets";
import { declarationOf, type Declaration, type RosterInputs } from "./rosterInputs";

/** The id of every roster. The API knows none. */
export const ROSTER_ID = "roster";

/** The outputs that repeat the entries. */
export const ROSTER_DERIVED = ["invited", "people", "stages"] as const;

/** A pending invitation. */
export interface Invited {
  /** The role that the person gets by accepting. */
  readonly role: string;
  /** When the invitation expires, in Unix seconds; absent if the API does not say. */
  readonly expiresAt?: number;
}

/**
 * What became of an entry whose person is not in the organization:
 * - `absent`: never there and never invited, so still new;
 * - `invited`: there is a pending invitation;
 * - `uncertain`: an invitation was sent, and no answer tells whether it arrived;
 * - `expired`, `accepted`, `revoked`: what became of the invitation; accepted means under another address, probably;
 * - `left`: was there, and is not any more.
 */
export type Stage = "absent" | "invited" | "uncertain" | "expired" | "accepted" | "revoked" | "left";

/** How an entry stands whose person is not in the organization. */
export interface RosterStage {
  /** What became of it. */
  readonly stage: Stage;
  /** The invitation's id, once it is known. */
  readonly inviteId?: string;
  /** When the first of the mails was sent that {@link sent} counts, in Unix seconds. */
  readonly sentAt?: number;
  /** How many mails have been sent in a row; absent: one. */
  readonly sent?: number;
}

/** Who an entry is, and what became of it. */
export interface RosterPerson extends Partial<RosterStage> {
  /** The user's id, once it is known. */
  readonly userId?: string;
}

/** What the engine keeps about a roster. A policy is absent if it is the default. */
export interface RosterState extends Partial<Omit<RosterInputs, "members">> {
  /** The role that each declared person has. */
  readonly members: Readonly<Record<Entry, string>>;
  /** The user's id of each entry, once it is known, in JSON: one text costs the engine less than thousands of values. */
  readonly people?: string;
  /** What became of entries whose people are not in the organization. Absent: all are there. */
  readonly stages?: Readonly<Record<Entry, RosterStage>>;
  /** Pending invitations by entry; an entry that was taken out stays until its invitation is revoked. Absent: none. */
  readonly invited?: Readonly<Record<Entry, Invited>>;
  /** Whether the program keeps members secret, so that no message shows its emails. */
  readonly secretMembers?: true;
  /** The organization's name, if the API says it: another key may belong to another organization. */
  readonly organization?: string;
}

/**
 * A state as the engine keeps it.
 *
 * @throws Error if it is not that of an OrganizationRoster.
 */
export function rosterStateFrom(state: RawState): RosterState {
  if (isRosterState(state)) return state;
  throw new Error(
    "The state has no members, so it is not that of an OrganizationRoster: run pulumi refresh.",
  );
}

export function isRosterState(state: RawState): state is RawState & RosterState {
  return typeof state.members === "object" && state.members !== null;
}

const POLICIES = ["undeclaredOwners", "undeclaredMembers"] as const;
const OPTIONAL = [
  "absent",
  "undeclaredInvites",
  "inviteProjects",
  "ownersThroughGroups",
  "ownerGroups",
] as const;
type Optional = Partial<Pick<RosterInputs, (typeof OPTIONAL)[number]>>;

/** What became of a roster's entries. */
export interface Entries extends Required<Pick<RosterState, "members" | "invited">> {
  readonly people: Readonly<Record<Entry, RosterPerson>>;
}

/** The state for inputs, given what became of the entries. */
export function rosterStateOf(
  inputs: RosterInputs,
  { members, people, invited }: Entries,
  { secrets }: { readonly secrets: Secrets },
  organization: string | undefined,
): RosterState {
  const told = POLICIES.filter((policy) => inputs[policy] !== ROSTER_POLICIES[policy][0]);
  return {
    members,
    ...remembered(people),
    ...Object.fromEntries(told.map((policy) => [policy, inputs[policy]])),
    ...optionalOf(inputs),
    ...(Object.keys(invited).length > 0 && { invited }),
    ...(Object.keys(members).some((entry) => secrets.has(entry)) && { secretMembers: true }),
    ...(organization !== undefined && { organization }),
  };
}

/** Who the entries are, as a state has it. */
export function remembered(people: Entries["people"]): Pick<RosterState, "people" | "stages"> {
  const ids: Record<Entry, string> = {};
  const stages: Record<Entry, RosterStage> = {};
  for (const [entry, person] of Object.entries(people)) {
    if (person.userId !== undefined) ids[entry] = person.userId;
    if (person.stage !== undefined) stages[entry] = stageIn(person, person.stage);
  }
  return { people: JSON.stringify(ids), ...(Object.keys(stages).length > 0 && { stages }) };
}

function stageIn({ inviteId, sentAt, sent }: RosterPerson, stage: Stage): RosterStage {
  return {
    stage,
    ...(inviteId !== undefined && { inviteId }),
    ...(sentAt !== undefined && { sentAt }),
    ...(sent !== undefined && { sent }),
  };
}

/** What a declaration says of what has no default in the inputs. */
function optionalOf(inputs: Optional): Optional {
  const given = OPTIONAL.filter((property) => inputs[property] !== undefined);
  return Object.fromEntries(given.map((property) => [property, inputs[property]]));
}

/** The inputs that lead to a state, with their defaults. */
export function rosterInputsOf(state: Partial<RosterState>): RosterInputs {
  return {
    members: (state.members ?? {}) as Readonly<Record<Entry, Role>>,
    undeclaredOwners: state.undeclaredOwners ?? ROSTER_POLICIES.undeclaredOwners[0],
    undeclaredMembers: state.undeclaredMembers ?? ROSTER_POLICIES.undeclaredMembers[0],
    ...optionalOf(state),
  };
}

/** What a state declares: entries that it has as gone are still the roster's, until an update whose code lacks them. */
export function declaredBy(state: Partial<RosterState>, inputs: RosterInputs): Declaration {
  const declaration = declarationOf(inputs);
  const gone = Object.keys({ ...idsIn(state), ...state.stages }).filter(
    (entry) => !declaration.members.has(entry),
  );
  const members = new Map([...declaration.members, ...gone.map((entry) => [entry, undefined] as const)]);
  return { ...declaration, members };
}

/** The entries that declare some people as they are, for an import. */
export function entriesFor(people: People, users: readonly OrganizationUser[]): Entries {
  const entryOf = new Map(users.map((user) => [people.entryFor(user), user]));
  return {
    members: Object.fromEntries([...entryOf].map(([entry, { role = NO_ROLE }]) => [entry, role])),
    people: Object.fromEntries([...entryOf].map(([entry, { userId }]) => [entry, { userId }])),
    invited: {},
  };
}

/** How an entry of a declaration differs from the state. */
export interface EntryChange {
  readonly entry: Entry;
  readonly kind: "add" | "delete" | "update";
}

/** The entries that differ between a state and a declaration. */
export function entriesChanged(
  state: Pick<RosterState, "members">,
  { members }: Pick<RosterInputs, "members">,
): EntryChange[] {
  const before = new Map(Object.entries(state.members));
  const changes: EntryChange[] = [];
  for (const [entry, role] of Object.entries(members)) {
    if (!before.has(entry)) changes.push({ entry, kind: "add" });
    else if (before.get(entry) !== role) changes.push({ entry, kind: "update" });
    before.delete(entry);
  }
  for (const entry of before.keys()) changes.push({ entry, kind: "delete" });
  return changes;
}

/** The policies that differ between a state and a declaration. */
export function policiesChanged(state: RosterState, inputs: RosterInputs): string[] {
  const before = rosterInputsOf(state);
  const properties = [...POLICIES, ...OPTIONAL];
  return properties.filter((property) => !isDeepStrictEqual(before[property], inputs[property]));
}

/** Has messages hide the entries of a roster whose members are secret. */
export function keepSecrets({ secrets }: { readonly secrets: Secrets }, state: Partial<RosterState>): void {
  const { secretMembers, members, stages, invited } = state;
  if (!secretMembers) return;
  secrets.add(...[members, idsIn(state), stages, invited].flatMap((map) => Object.keys(map ?? {})));
}

/** An entry as it was until now. */
export interface EntryBefore {
  readonly entry: Entry;
  readonly person: RosterPerson;
  /** The invitation that was pending. */
  readonly invited: Invited | undefined;
}

/** What a roster was until now. */
export interface Before {
  /** Whether it has never been applied, or its state is not known. */
  readonly isFirst: boolean;
  /** Each entry, by its canonical form. */
  readonly entries: ReadonlyMap<string, EntryBefore>;
  /** Whether it invited people. */
  readonly invites: boolean;
  /** The organization's name, if the API said it. */
  readonly organization: string | undefined;
}

export function beforeOf(state: Partial<RosterState> | undefined): Before {
  const { stages = {}, members = {}, absent, invited = {}, organization } = state ?? {};
  const people = idsIn(state);
  const entries = new Map<string, EntryBefore>();
  const all = new Set([invited, members, people, stages].flatMap((map) => Object.keys(map)));
  for (const entry of all) {
    const { [entry]: was } = invited;
    const { [entry]: userId } = people;
    const { [entry]: stage = stageOf(userId, was) } = stages;
    const known = userId === undefined ? {} : { userId };
    const person = stage === undefined ? known : { ...known, ...stage };
    entries.set(canonicalEntry(entry), { entry, person, invited: was });
  }
  return {
    isFirst: state?.people === undefined,
    entries,
    invites: absent === "invite",
    organization,
  };
}

/** The user ids that a state has by entry. */
export function idsIn({ people = "{}" }: Partial<RosterState> = {}): Readonly<Record<Entry, string>> {
  return JSON.parse(people) as Readonly<Record<Entry, string>>;
}

function stageOf(userId: string | undefined, invited: Invited | undefined): RosterStage | undefined {
  return userId === undefined && invited !== undefined ? { stage: "invited" } : undefined;
}

/** Who an entry was. */
export function personBefore(entry: Entry, before: Before): RosterPerson {
  return before.entries.get(canonicalEntry(entry))?.person ?? {};
}

/** Keeps entries as they were, with the declared role, if they have one. */
export function keepAsBefore(
  entries: Iterable<Entry>,
  roleOf: (entry: Entry) => string | undefined,
  before: Before,
  kept: { readonly members: Record<Entry, string>; readonly remembered: Record<Entry, RosterPerson> },
): void {
  for (const entry of entries) {
    const role = roleOf(entry);
    if (role !== undefined) kept.members[entry] = role;
    kept.remembered[entry] = personBefore(entry, before);
  }
}
