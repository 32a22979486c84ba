import { sameRole } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../users-api/text";
import { nameOf, type Observed, type Properties } from "./driftEvents";

/**
 * What is the matter with one person: `changed`, the role was changed outside of code; `gone`, the person left the
 * organization; `undeclared`, the roster does not name the person and refuses or undoes that; `warned`, the same where
 * the roster only warns; `pending`, the code was changed and is not deployed yet.
 */
export type DriftKind = "changed" | "gone" | "undeclared" | "warned" | "pending";

/** One line of the table. */
export interface DriftRow {
  readonly kind: DriftKind;
  /** The logical name of the resource. */
  readonly resource: string;
  readonly userId: string | undefined;
  readonly email: string | undefined;
  readonly name: string | undefined;
  /** The role in code; undefined where there is none. */
  readonly declared: string | undefined;
  /** The role in the organization; undefined where the person is not there. */
  readonly actual: string | undefined;
}

/** Whether a row is drift: pending changes are not, nor are people whom a roster only warns about. */
export function isDrift({ kind }: DriftRow): boolean {
  return kind === "changed" || kind === "gone" || kind === "undeclared";
}

/**
 * Whether the people of the organization are needed to tell the drift of these resources.
 *
 * @throws Error where they would be those of another organization.
 */
export function needsUsers(resources: readonly Observed[]): boolean {
  const rosters = resources.filter(({ kind }) => kind === "roster");
  const other = rosters.find(({ ofAnotherOrganization }) => ofAnotherOrganization);
  if (other !== undefined) {
    throw new Error(
      `The roster "${nameOf(other.urn)}" belongs to an OrganizationProvider, and drift lists the organization of the ` +
        `environment's settings alone. Run instead: pulumi preview --refresh --expect-no-changes`,
    );
  }
  return rosters.length > 0;
}

/**
 * Tells drift from changes of the program that are not deployed yet. Drift is what differs from the last update *and*
 * from the program: a change that the program has caught up with is none.
 *
 * @param users - Everybody in the organization; may be empty where there is no roster.
 */
export function driftRows(resources: readonly Observed[], users: readonly OrganizationUser[]): DriftRow[] {
  return resources.flatMap((one) => (one.kind === "role" ? roleRows(one) : rosterRows(one, users)));
}

function roleRows({ urn, deployed, outputs, actual, program }: Observed): DriftRow[] {
  const resource = nameOf(urn);
  const known = { ...program, ...deployed, ...outputs };
  const roles = {
    deployed: deployed && plain(deployed, "role", resource),
    // The API has people without a role.
    actual: actual?.role === undefined ? undefined : plain(actual, "role", resource),
    program: program && plain(program, "role", resource),
  };
  const person = { resource, userId: text(known.userId), email: text(known.email), name: text(known.name) };
  return compare(roles, actual === null, program === null).map((row) => ({ ...person, ...row }));
}

function rosterRows(observed: Observed, users: readonly OrganizationUser[]): DriftRow[] {
  const resource = nameOf(observed.urn);
  const { deployed, program } = observed;
  const before = deployed && members(deployed, resource);
  const wanted = program ? members(program, resource) : program;
  const byKey = new Map<string, OrganizationUser>();
  for (const user of users) {
    byKey.set(user.userId, user);
    if (user.email !== undefined) byKey.set(user.email.toLowerCase(), user);
  }
  const find = (key: string): OrganizationUser | undefined =>
    byKey.get(key.includes("@") ? key.toLowerCase() : key);

  const rows: DriftRow[] = [];
  for (const key of new Set([...Object.keys(before ?? {}), ...Object.keys(wanted ?? {})])) {
    const user = find(key);
    const roles = { deployed: before?.[key], actual: user?.role, program: wanted?.[key] };
    const person = {
      resource,
      userId: user?.userId ?? (key.includes("@") ? undefined : key),
      email: user?.email ?? (key.includes("@") ? key : undefined),
      name: user?.name,
    };
    const takenOut = wanted === null || (wanted !== undefined && !(key in wanted));
    rows.push(...compare(roles, user === undefined, takenOut).map((row) => ({ ...person, ...row })));
  }

  const policies = program ?? deployed;
  // A roster whose check failed before it was ever deployed declares nobody that is known here.
  if (policies === undefined || program === null) return rows;
  const declared = new Set(Object.keys(wanted ?? before ?? {}).map((key) => find(key)?.userId));
  const takenOut = new Set(Object.keys(before ?? {}).map((key) => find(key)?.userId));
  for (const { userId, email, name, role: actual } of users) {
    if (declared.has(userId) || takenOut.has(userId)) continue;
    const property = actual === "owner" ? "undeclaredOwners" : "undeclaredMembers";
    const policy = plain(policies, property, resource);
    if (policy === "ignore") continue;
    const kind = policy === "warn" ? "warned" : "undeclared";
    rows.push({ kind, resource, userId, email, name, declared: undefined, actual });
  }
  return rows;
}

interface Roles {
  readonly deployed: string | undefined;
  readonly actual: string | undefined;
  readonly program: string | null | undefined;
}

/**
 * @param gone - Whether the person is not in the organization.
 * @param takenOut - Whether the program no longer declares the person.
 */
function compare(
  { deployed, actual, program }: Roles,
  gone: boolean,
  takenOut: boolean,
): Pick<DriftRow, "kind" | "declared" | "actual">[] {
  if (deployed === undefined) {
    return program != null && !sameRole(program, actual)
      ? [{ kind: "pending", declared: program, actual }]
      : [];
  }
  if (takenOut) return [{ kind: "pending", declared: undefined, actual }];
  if (gone) return [{ kind: "gone", declared: program ?? deployed, actual: undefined }];
  const wanted = program ?? deployed;
  if (sameRole(wanted, actual)) return [];
  // Where the organization still has what the last update set, it is the code that moved.
  return [{ kind: sameRole(deployed, actual) ? "pending" : "changed", declared: wanted, actual }];
}

/** What the engine shows in place of a secret, in events, is an object with this key. */
const SECRET = "4dabf18193072939515e22adb298388d";

function members(inputs: Properties, resource: string): Readonly<Record<string, string>> {
  const value = inputs.members;
  if (typeof value !== "object" || value === null || SECRET in value) throw unreadable("members", resource);
  const entries = value as Properties;
  return Object.fromEntries(Object.keys(entries).map((key) => [key, plain(entries, key, resource)]));
}

/** A property that is text, and no secret. */
function plain(properties: Properties, property: string, resource: string): string {
  const value = text(properties[property]);
  if (value === undefined) throw unreadable(property, resource);
  return value;
}

function unreadable(property: string, resource: string): Error {
  return new Error(
    `${shown(property)} of "${resource}" cannot be compared: it is a secret, which the engine does not show. ` +
      `It need not be one: take pulumi.secret away from it.`,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
