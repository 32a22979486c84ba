import { isDeepStrictEqual } from "node:util";

import { SIGNATURE } from "../../engine/protocol";
import type { AccessChange } from "../../organization/changeLine";
import { canonicalEntry, isEmail, type Entry } from "../../organization/entry";
import { roleOfUndeclared } from "../../organization/lines";
import { canonicalRole } from "../../users-api/role";
import { shown } from "../../text";
import { idsIn, type Stage } from "../../organization/roster/rosterState";
import { nameOf, type Observed, type Properties, type ResourceState } from "../preview/engineEvents";
import type { Row } from "../preview/rows";

/**
 * What is the matter with one person: `changed`, the organization has another role than the last update left; `gone`,
 * the person left the organization; `lapsed`, the invitation expired or was revoked; `accepted`, it was accepted, and
 * nobody has its address; `undeclared`, the roster would demote or remove a person it does not declare, or revoke the
 * invitation; `throughGroup`, the roster refuses somebody who is an owner through a group; `invited`, the person has not accepted yet; `uncertain`, an invitation may have been sent; `absent`, the
 * person was never there; `pending`, the code was changed and is not deployed yet.
 */
export type DriftKind =
  | "changed"
  | "gone"
  | "lapsed"
  | "accepted"
  | "undeclared"
  | "throughGroup"
  | "invited"
  | "uncertain"
  | "absent"
  | "pending";

/** One line of the table. */
export type DriftRow = Row<DriftKind>;

const DRIFT: readonly DriftKind[] = ["changed", "gone", "lapsed", "accepted", "undeclared", "throughGroup"];

/** Whether a row is drift. People who are still awaited are as deployed, and code not deployed yet is no change made elsewhere. */
export function isDrift({ kind }: DriftRow): boolean {
  return DRIFT.includes(kind);
}

/** Whether a row is of somebody who is not in the organization, and is as deployed. */
export function isAwaited({ kind }: DriftRow): boolean {
  return kind === "invited" || kind === "uncertain" || kind === "absent";
}

/** What the stage of an absent person is in the table. */
const STAGES: Readonly<Record<Stage, DriftKind>> = {
  left: "gone",
  revoked: "lapsed",
  expired: "lapsed",
  accepted: "accepted",
  invited: "invited",
  uncertain: "uncertain",
  absent: "absent",
};

/**
 * How a resource differs from what the last update left, and what code is not deployed yet, person by person.
 *
 * @param changes - What the engine has said about people: they have emails, ids and names that a roster's state does not.
 * @throws Error if a secret would have to be compared.
 */
export function driftRows(one: Observed, changes: readonly AccessChange[] = []): DriftRow[] {
  const { before, now, wanted, undeclared } = entriesOf(one);
  const people = one.kind === "role" ? NOBODY : peopleOf(one.actual ?? one.deployed);
  const stageOf = (key = ONLY): Stage | undefined => people.get(key)?.stage;
  const until = one.kind === "role" ? NOBODY : peopleOf(one.deployed);
  const wasAwaited = (key: string): boolean => {
    const stage = until.get(key)?.stage;
    return stage !== undefined && stage !== "left";
  };
  const rows: DriftRow[] = [];
  const where = projectOf(one);
  const tell = (kind: DriftKind, key?: string): void => {
    const declared = key === undefined ? undefined : (wanted ?? before).get(key)?.role;
    const isThere =
      kind === "changed" || kind === "undeclared" || (kind === "pending" && stageOf(key) === undefined);
    const actual = key !== undefined && isThere ? now?.get(key)?.role : undefined;
    const entry =
      key === undefined ? undefined : (wanted?.get(key) ?? before.get(key) ?? now?.get(key))?.entry;
    const who = one.kind === "role" ? personOf(one) : memberOf(entry, people.get(key ?? "")?.userId, changes);
    rows.push({ kind, resource: nameOf(one.urn), ...where, ...who, declared, actual });
  };
  for (const key of new Set([...before.keys(), ...(now ?? before).keys(), ...(wanted ?? before).keys()])) {
    const stage = stageOf(key);
    const kind = stage && STAGES[stage];
    const drift = now && (undeclared.has(key) ? "undeclared" : driftOf(key, before, now));
    if (kind !== undefined && DRIFT.includes(kind)) tell(kind, key);
    // Who has joined the organization since joins the project by the next update.
    else if (drift === "gone" && wasAwaited(key)) tell("pending", key);
    else if (drift !== undefined) tell(drift, key);
    else if (one.change !== undefined && wanted !== undefined && differs(key, before, wanted))
      tell("pending", key);
    else if (kind !== undefined) tell(kind, key);
  }
  // The engine would change something, and the code is as it was deployed: then the organization is the reason.
  if (one.change !== undefined && rows.every(isAwaited)) {
    tell(isAsDeployed(one) ? "changed" : "pending", one.kind === "role" ? ONLY : undefined);
  }
  return rows;
}

function driftOf(key: string, before: Roles, now: Roles): DriftKind | undefined {
  if (!now.has(key)) return before.has(key) ? "gone" : undefined;
  if (!before.has(key)) return "undeclared";
  return differs(key, before, now) ? "changed" : undefined;
}

function differs(key: string, one: Roles, other: Roles): boolean {
  return (
    one.has(key) !== other.has(key) ||
    canonicalRole(one.get(key)?.role) !== canonicalRole(other.get(key)?.role)
  );
}

function isAsDeployed({ deployed, declared, change }: Observed): boolean {
  // Neither what an update left undone nor what a resource option replaces is drift.
  if (deployed === undefined || declared == null || change !== "update") return false;
  if ((deployed.initErrors ?? []).length > 0) return false;
  // A secret hides whether it was changed.
  return isDeepStrictEqual(deployed.inputs, declared) && !JSON.stringify(declared).includes(SIGNATURE);
}

/** An entry as it is written, and its role: the API has people without one. */
interface Declared {
  readonly entry: Entry;
  readonly role: string | undefined;
}

/** Entries by their form for comparing. */
type Roles = ReadonlyMap<string, Declared>;

interface Entries {
  /** As the last update left them: after one that failed in part, the outputs say what is true, and the inputs do not. */
  readonly before: Roles;
  /** As the organization has them, with others the roster would change; undefined if it was not read. */
  readonly now: Roles | undefined;
  /** As the program has them; undefined if it has no such resource, or that is unknown. */
  readonly wanted: Roles | undefined;
  /** Those whom only the read has added. */
  readonly undeclared: ReadonlySet<string>;
}

function entriesOf(one: Observed): Entries {
  const { deployed, actual, declared } = one;
  const roles = one.kind === "role" ? roleOf : membersOf;
  const resource = nameOf(one.urn);
  const read = one.kind === "role" ? actual?.outputs : actual?.inputs;
  const marked = actual === undefined ? undefined : roles(read, resource);
  const undeclared = new Set<string>();
  const now = new Map<string, Declared>();
  for (const [key, { entry, role }] of marked ?? []) {
    const added = role === undefined ? undefined : roleOfUndeclared(role);
    if (added !== undefined) undeclared.add(key);
    now.set(key, { entry, role: added ?? role });
  }
  return {
    before: roles(deployed?.outputs, resource),
    now: marked && now,
    wanted: declared == null ? undefined : roles(declared, resource),
    undeclared,
  };
}

/** The key of the only person an OrganizationUserRole has. */
const ONLY = "";

function roleOf(properties: Properties | undefined, resource: string): Roles {
  return new Map(properties && [[ONLY, { entry: ONLY, role: plain(properties, "role", resource) }]]);
}

function membersOf(properties: Properties | undefined, resource: string): Roles {
  const members = properties?.members;
  if (typeof members !== "object" || members === null) return new Map();
  if (SIGNATURE in members) throw unreadable("members", resource);
  const entries = members as Properties;
  return new Map(
    Object.keys(entries).map((entry) => [
      canonicalEntry(entry),
      { entry, role: plain(entries, entry, resource) },
    ]),
  );
}

/** Who an entry is, and how the person stands, as a roster's outputs have it. */
interface Remembered {
  readonly userId: string | undefined;
  readonly stage: Stage | undefined;
}

const NOBODY: ReadonlyMap<string, Remembered> = new Map();

function peopleOf(state: ResourceState | null | undefined): ReadonlyMap<string, Remembered> {
  const { people, stages } = { ...state?.outputs };
  const ids = typeof people === "string" && people.startsWith("{") ? idsIn({ people }) : {};
  const standing = Object(stages) as Properties;
  return new Map(
    Object.keys({ ...ids, ...standing }).map((entry) => {
      const { stage } = Object(standing[entry]) as Properties;
      return [canonicalEntry(entry), { userId: ids[entry], stage: isStage(stage) ? stage : undefined }];
    }),
  );
}

function isStage(value: unknown): value is Stage {
  return typeof value === "string" && Object.hasOwn(STAGES, value);
}

/** Whether somebody whom a roster declares is not in the organization, and only the invitations tell why. */
export function dependsOnInvitations({ kind, actual }: Observed): boolean {
  const stages = kind === "role" ? [] : [...peopleOf(actual).values()].map(({ stage }) => stage);
  return stages.some((stage) => stage !== undefined && stage !== "left");
}

type Who = Pick<DriftRow, "userId" | "email" | "name">;

/** The project of a roster that has one. */
function projectOf({ deployed, actual, declared }: Observed): Pick<DriftRow, "project"> {
  const { project, projectName } = {
    ...declared,
    ...deployed?.outputs,
    ...actual?.outputs,
  } as Properties;
  const [projectId, name] = [text(project), text(projectName)];
  if (projectId === undefined) return {};
  return { project: { projectId, ...(name !== undefined && { name }) } };
}

/** The person of an OrganizationUserRole. */
function personOf({ deployed, declared }: Observed): Who {
  const { userId, email, name } = { ...declared, ...deployed?.inputs, ...deployed?.outputs } as Properties;
  return { userId: text(userId), email: text(email), name: text(name) };
}

/** The person of a roster's entry; without one, the roster as a whole. */
function memberOf(entry: Entry | undefined, id: string | undefined, changes: readonly AccessChange[]): Who {
  if (entry === undefined) return { userId: undefined, email: undefined, name: undefined };
  const email = isEmail(entry) ? entry : undefined;
  const userId = id ?? (isEmail(entry) ? undefined : entry);
  const told =
    changes.find((one) => userId !== undefined && one.userId === userId) ??
    changes.find((one) => email !== undefined && canonicalEntry(one.email ?? "") === canonicalEntry(email));
  return { userId: userId ?? told?.userId, email: email ?? told?.email, name: told?.name };
}

/** A property that is text or absent, and not secret. */
function plain(properties: Properties, property: string, resource: string): string | undefined {
  const value = properties[property];
  if (typeof value === "object" && value !== null && SIGNATURE in value) throw unreadable(property, resource);
  return text(value);
}

function unreadable(property: string, resource: string): Error {
  return new Error(
    `${shown(property)} of "${resource}" cannot be compared: it is a secret, which the engine does not show. ` +
      `It need not be secret: remove pulumi.secret from it.`,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
