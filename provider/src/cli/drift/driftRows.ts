import { isDeepStrictEqual } from "node:util";

import { SIGNATURE } from "../../engine/protocol";
import type { AccessChange } from "../../organization/changeLine";
import { canonicalEntry, isEmail, type Entry } from "../../organization/entry";
import { canonicalRole } from "../../users-api/role";
import type { Stage } from "../../organization/roster/rosterState";
import { nameOf, personIn, textIn, type Observed, type Properties } from "../preview/engineEvents";
import type { Row, Who } from "../preview/rows";
import { entriesOf, ONLY, peopleOf, type Remembered, type Roles } from "./entries";

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
const KIND_OF_STAGE: ReadonlyMap<string | undefined, DriftKind> = new Map(
  Object.entries<DriftKind>({
    left: "gone",
    revoked: "lapsed",
    expired: "lapsed",
    accepted: "accepted",
    invited: "invited",
    uncertain: "uncertain",
    absent: "absent",
  } satisfies Record<Stage, DriftKind>),
);

/**
 * How a resource differs from what the last update left, and what code is not deployed yet, person by person.
 *
 * @param changes - What the engine has said about people: they have emails, ids and names that a roster's state does not.
 * @throws Error if a secret would have to be compared.
 */
export function driftRows(one: Observed, changes: readonly AccessChange[] = []): DriftRow[] {
  const { before, now, wanted } = entriesOf(one);
  const people = peopleOf(one.actual ?? one.deployed);
  const until = peopleOf(one.deployed);
  const rows: DriftRow[] = [];
  const where = projectOf(one);
  const add = (kind: DriftKind, key?: string): void => {
    const known = (roles?: Roles) => (key === undefined ? undefined : roles?.get(key));
    const { entry } = known(wanted) ?? known(before) ?? known(now) ?? {};
    const remembered = people.get(key ?? "");
    const isThere = kind === "changed" || remembered?.stage === undefined;
    const who = one.kind === "role" ? personOf(one) : memberOf(entry, remembered?.userId, changes);
    const declared = known(wanted ?? before)?.role;
    const actual = isThere ? known(now)?.role : undefined;
    rows.push({ kind, resource: nameOf(one.urn), ...where, ...who, declared, actual });
  };
  for (const key of new Set([...before.keys(), ...(now ?? before).keys(), ...(wanted ?? before).keys()])) {
    const kind = KIND_OF_STAGE.get(people.get(key)?.stage);
    const drift = now && driftOf(key, before, now);
    if (kind !== undefined && DRIFT.includes(kind)) add(kind, key);
    // Who has joined the organization since joins the project by the next update.
    else if (drift === "gone" && dependsOnInvitation(until.get(key))) add("pending", key);
    else if (drift !== undefined) add(drift, key);
    else if (one.change !== undefined && wanted !== undefined && differs(key, before, wanted))
      add("pending", key);
    else if (kind !== undefined) add(kind, key);
  }
  // The engine would change something, and the code is as it was deployed: then the organization is the reason.
  if (one.change !== undefined && rows.every(isAwaited)) {
    add(isAsDeployed(one) ? "changed" : "pending", one.kind === "role" ? ONLY : undefined);
  }
  return rows;
}

function driftOf(key: string, before: Roles, now: Roles): DriftKind | undefined {
  if (!now.has(key)) return before.has(key) ? "gone" : undefined;
  if (now.get(key)?.isUndeclared === true || !before.has(key)) return "undeclared";
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

/** Whether somebody whom a roster declares is not in the organization, and only the invitations tell why. */
export function dependsOnInvitations({ actual }: Observed): boolean {
  return [...peopleOf(actual).values()].some(dependsOnInvitation);
}

function dependsOnInvitation({ stage }: Partial<Remembered> = {}): boolean {
  return stage !== undefined && stage !== "left";
}

/** The project of a roster that has one. */
function projectOf({ deployed, actual, declared }: Observed): Pick<DriftRow, "project"> {
  const properties: Properties = { ...declared, ...deployed?.outputs, ...actual?.outputs };
  const [projectId, name] = [textIn(properties, "project"), textIn(properties, "projectName")];
  if (projectId === undefined) return {};
  return { project: { projectId, ...(name !== undefined && { name }) } };
}

/** The person of an OrganizationUserRole. */
function personOf({ deployed, declared }: Observed): Who {
  return personIn({ ...declared, ...deployed?.inputs, ...deployed?.outputs });
}

/** The person of a roster's entry; without one, the roster as a whole. */
function memberOf(entry: Entry | undefined, id: string | undefined, changes: readonly AccessChange[]): Who {
  if (entry === undefined) return { userId: undefined, email: undefined, name: undefined };
  const email = isEmail(entry) ? entry : undefined;
  const userId = id ?? (isEmail(entry) ? undefined : entry);
  const change =
    changes.find((one) => userId !== undefined && one.userId === userId) ??
    changes.find((one) => email !== undefined && canonicalEntry(one.email ?? "") === canonicalEntry(email));
  return { userId: userId ?? change?.userId, email: email ?? change?.email, name: change?.name };
}
