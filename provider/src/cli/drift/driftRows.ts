import { isDeepStrictEqual } from "node:util";

import { SIGNATURE } from "../../engine/protocol";
import { canonicalRole } from "../../users-api/role";
import { shown } from "../../text";
import { nameOf, type Observed, type Properties, type ResourceState } from "./driftEvents";

/**
 * What is the matter with one person: `changed`, the organization has another role than the last update left; `gone`,
 * the person left the organization; `lapsed`, the invitation expired or was revoked; `undeclared`, the roster would
 * demote or remove a person it does not declare, or revoke the invitation; `invited`, the person has not accepted
 * yet; `pending`, the code was changed and is not deployed yet.
 */
export type DriftKind = "changed" | "gone" | "lapsed" | "undeclared" | "invited" | "pending";

/** Who changed a person's access last, how, and when. */
export interface LastChange {
  /** The email or id; absent if the log does not say. */
  readonly by?: string;
  /** With an API key, or logged in. */
  readonly how?: "key" | "session";
  /** In ISO 8601. */
  readonly at: string;
}

/** One line of the table. */
export interface DriftRow {
  readonly kind: DriftKind;
  /** The logical name of the resource. */
  readonly resource: string;
  readonly userId: string | undefined;
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** The role in code or, if that is not known, as last deployed; undefined if there is none. */
  readonly declared: string | undefined;
  /** The role in the organization; undefined if the person is not there, or was not read. */
  readonly actual: string | undefined;
  /** Who made it so; absent if that is not known. */
  readonly lastChange?: LastChange;
}

/** Whether a row is drift. Invited people are as deployed, and code not deployed yet is no change made elsewhere. */
export function isDrift({ kind }: DriftRow): boolean {
  return kind !== "invited" && kind !== "pending";
}

/**
 * How a resource differs from what the last update left, and what code is not deployed yet, person by person.
 *
 * @throws Error if a secret would have to be compared.
 */
export function driftRows(one: Observed): DriftRow[] {
  const { before, now, wanted } = entriesOf(one);
  const wasInvited = invitedOf(one.deployed);
  const isInvited = invitedOf(one.actual);
  const rows: DriftRow[] = [];
  const tell = (kind: DriftKind, key?: string): void => {
    const declared = key === undefined ? undefined : (wanted ?? before).get(key);
    const actual = key === undefined || kind === "invited" ? undefined : now?.get(key);
    rows.push({ kind, ...personOf(one, key), declared, actual });
  };
  for (const key of new Set([...before.keys(), ...(now ?? before).keys(), ...(wanted ?? before).keys()])) {
    const drift = now && driftOf(key, before, now);
    if (drift !== undefined) tell(drift === "gone" && wasInvited.has(key) ? "lapsed" : drift, key);
    else if (one.change !== undefined && wanted !== undefined && differs(key, before, wanted))
      tell("pending", key);
    else if (isInvited.has(key)) tell("invited", key);
  }
  // The engine would change something, and the code is as it was deployed: then the organization is the reason.
  if (one.change !== undefined && rows.every(({ kind }) => kind === "invited")) {
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
  return one.has(key) !== other.has(key) || canonicalRole(one.get(key)) !== canonicalRole(other.get(key));
}

function isAsDeployed({ deployed, declared, change }: Observed): boolean {
  // Neither what an update left undone nor what a resource option replaces is drift.
  if (deployed === undefined || declared == null || change !== "update") return false;
  if ((deployed.initErrors ?? []).length > 0) return false;
  // A secret hides whether it was changed.
  return isDeepStrictEqual(deployed.inputs, declared) && !JSON.stringify(declared).includes(SIGNATURE);
}

/** Roles by person: the email in lower case, or the id. The API has people without a role. */
type Roles = ReadonlyMap<string, string | undefined>;

interface Entries {
  /** As the last update left them: after one that failed in part, the outputs say what is true, and the inputs do not. */
  readonly before: Roles;
  /** As the organization has them, with others the roster would change; undefined if it was not read. */
  readonly now: Roles | undefined;
  /** As the program has them; undefined if it has no such resource, or that is unknown. */
  readonly wanted: Roles | undefined;
}

function entriesOf(one: Observed): Entries {
  const { deployed, actual, declared } = one;
  const roles = one.kind === "role" ? roleOf : membersOf;
  const resource = nameOf(one.urn);
  const read = one.kind === "role" ? actual?.outputs : actual?.inputs;
  return {
    before: roles(deployed?.outputs, resource),
    now: actual === undefined ? undefined : roles(read, resource),
    wanted: declared == null ? undefined : roles(declared, resource),
  };
}

/** The key of the only person an OrganizationUserRole has. */
const ONLY = "";

function roleOf(properties: Properties | undefined, resource: string): Roles {
  return new Map(properties && [[ONLY, plain(properties, "role", resource)]]);
}

function membersOf(properties: Properties | undefined, resource: string): Roles {
  const members = properties?.members;
  if (typeof members !== "object" || members === null) return new Map();
  if (SIGNATURE in members) throw unreadable("members", resource);
  const entries = members as Properties;
  return new Map(
    Object.keys(entries).map((key) => [
      key.includes("@") ? key.toLowerCase() : key,
      plain(entries, key, resource),
    ]),
  );
}

/** The entries of invited people, as keys of {@link Roles}. */
function invitedOf(state: ResourceState | null | undefined): ReadonlySet<string> {
  return new Set(Object.keys(state?.outputs?.invited ?? {}).map((email) => email.toLowerCase()));
}

/** Who a row is about; without a key, the resource as a whole. */
function personOf(
  { kind, urn, deployed, declared }: Observed,
  key: string | undefined,
): Pick<DriftRow, "resource" | "userId" | "email" | "name"> {
  const known: Properties =
    kind === "role"
      ? { ...declared, ...deployed?.inputs, ...deployed?.outputs }
      : { [key?.includes("@") === true ? "email" : "userId"]: key };
  const { userId, email, name } = known;
  return { resource: nameOf(urn), userId: text(userId), email: text(email), name: text(name) };
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
