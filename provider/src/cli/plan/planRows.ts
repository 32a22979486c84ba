import { UNKNOWN_VALUE } from "../../engine/protocol";
import { harmOrder, type AccessChange } from "../../organization/changeLine";
import { canonicalEntry } from "../../organization/entry";
import type { Person } from "../../organization/person";
import { sameRole } from "../../users-api/role";
import { driftRows } from "../drift/driftRows";
import {
  nameOf,
  personIn,
  textIn,
  type Observed,
  type Properties,
  type ResourceState,
} from "../preview/engineEvents";
import type { Row } from "../preview/rows";

/** What happens to one person; `unknown`, a resource does not know its people before the update. */
export type PlanKind = AccessChange["act"] | "unknown";

/** One line of the table. `actual` is the role until the change, `declared` the one from then on. */
export interface PlanRow extends Row<PlanKind> {
  readonly why: string;
}

/**
 * What happens to people, harm first: what lines tell of it, and what the engine alone knows in a preview, which asks no
 * provider about what it would delete.
 */
export function plannedRows(resources: readonly Observed[], changes: readonly AccessChange[]): PlanRow[] {
  const rows = rowsOfLines(resources, changes);
  const rest = [...deletions(resources), ...resources.filter(isUnknown).map(unknownRow)];
  const isInLine = (row: PlanRow): boolean => rows.some((other) => isSamePerson(row, other));
  return harmFirst([...rows, ...rest.filter((row) => !isInLine(row))]);
}

/** What lines say of people, harm first. */
export function rowsOfLines(resources: readonly Observed[], changes: readonly AccessChange[]): PlanRow[] {
  const elsewhere = resources.flatMap((one) => changedElsewhere(one, changes));
  const rows = distinct(changes).map((change) => rowOf(change, resources, elsewhere));
  // One resource may leave a person alone whom another changes.
  const isChanged = (row: PlanRow): boolean =>
    rows.some((other) => other.kind !== "stay" && isSamePerson(other, row));
  return harmFirst(rows.filter((row) => row.kind !== "stay" || !isChanged(row)));
}

/** Whether a row is of an invitation, of which lines name only the first. */
export function isMemberInvite({ kind, declared }: PlanRow): boolean {
  return kind === "invite" && declared !== "owner";
}

function harmFirst(rows: readonly PlanRow[]): PlanRow[] {
  return [...rows].sort((one, other) => orderOf(one) - orderOf(other));
}

/** What is unknown may be harm. */
function orderOf({ kind, declared }: PlanRow): number {
  return kind === "unknown" ? harmOrder({ act: "revoke" }) - 0.5 : harmOrder({ act: kind, to: declared });
}

function rowOf(change: AccessChange, resources: readonly Observed[], elsewhere: readonly Placed[]): PlanRow {
  const { act, project, userId, email, name, from, to, why } = change;
  const isElsewhere = elsewhere.some((row) => isSamePerson(row, change));
  return {
    kind: act,
    resource: resourceOf(change, resources),
    ...(project && { project }),
    userId,
    email,
    name,
    actual: from,
    declared: act === "stay" ? from : to,
    why: isElsewhere ? `${why}, changed elsewhere` : why,
  };
}

/** Several lines may tell one change: of a replacement, or after a preview. */
function distinct(changes: readonly AccessChange[]): AccessChange[] {
  return [...new Map(changes.map((change) => [JSON.stringify(change), change])).values()];
}

/** Whose role is not as the last update left it. */
function changedElsewhere(one: Observed, changes: readonly AccessChange[]): readonly Placed[] {
  try {
    return driftRows(one, changes).filter(({ kind }) => kind === "changed");
  } catch {
    // A secret cannot be compared, and the lines tell the change.
    return [];
  }
}

type Placed = Person & Pick<AccessChange, "project">;

/** Whether two are about one person, in the organization or in the same project. */
function isSamePerson(one: Placed, other: Placed): boolean {
  if (one.project?.projectId !== other.project?.projectId) return false;
  if (one.userId !== undefined && other.userId !== undefined) return one.userId === other.userId;
  return one.email !== undefined && canonicalEntry(one.email) === canonicalEntry(other.email ?? "");
}

/** The resource that a change is of, as far as that is clear: lines do not name it. */
function resourceOf(change: AccessChange, resources: readonly Observed[]): string | undefined {
  const role = resources.find(
    ({ kind, deployed, declared }) =>
      kind === "role" &&
      [deployed?.outputs, declared].some((one) => one != null && isSamePerson(personIn(one), change)),
  );
  const { project: { projectId } = {} } = change;
  const rosters = resources.filter(
    ({ kind, deployed, declared }) =>
      kind === "roster" && { ...deployed?.outputs, ...declared }.project === projectId,
  );
  const one = role ?? (rosters.length === 1 ? rosters[0] : undefined);
  return one && nameOf(one.urn);
}

/** What becomes of people whose resource the engine deletes, unless the program declares them elsewhere. */
function deletions(resources: readonly Observed[]): PlanRow[] {
  return resources.flatMap(({ urn, kind, deleted = [] }) =>
    kind === "role"
      ? deleted
          .filter((state) => !isDeclared(state, resources))
          .flatMap((state) => deletion(nameOf(urn), state))
      : [],
  );
}

function deletion(resource: string, { outputs = {}, retainOnDelete }: ResourceState): PlanRow[] {
  const { onDelete } = outputs;
  const actual = textIn(outputs, "role");
  const row = { resource, ...personIn(outputs), actual, why: "no longer declared" };
  const kept = retainOnDelete === true ? "retainOnDelete is set" : 'onDelete is "retain"';
  if (retainOnDelete === true || onDelete === "retain")
    return [{ ...row, kind: "stay", declared: actual, why: `${row.why}, ${kept}` }];
  if (onDelete !== "demote") return [{ ...row, kind: "remove", declared: undefined }];
  return sameRole(actual, "member") ? [] : [{ ...row, kind: "demote", declared: "member" }];
}

/** Whether the program declares the person of a state, through the provider that would delete it. */
function isDeclared(state: ResourceState, resources: readonly Observed[]): boolean {
  const { outputs = {} } = state;
  const names = namesIn(outputs, "userId", "email", "declaredEmail");
  return resources.some(({ kind, declared, provider }) => {
    // A project's roster declares nobody in the organization.
    if (declared == null || provider !== state.provider || declared.project !== undefined) return false;
    const entries =
      kind === "role"
        ? namesIn(declared, "userId", "email")
        : Object.keys(Object(declared.members) as object).map(canonicalEntry);
    return entries.some((entry) => names.includes(entry));
  });
}

function namesIn(properties: Properties, ...names: readonly string[]): string[] {
  return names.flatMap((name) => textIn(properties, name) ?? []).map(canonicalEntry);
}

function isUnknown({ change, declared }: Observed): boolean {
  const { members, userId, email, role } = declared ?? {};
  return change !== undefined && JSON.stringify([members, userId, email, role]).includes(UNKNOWN_VALUE);
}

function unknownRow({ urn, declared }: Observed): PlanRow {
  const { userId, email } = personIn(declared ?? {});
  const known = (value?: string): string | undefined => (value === UNKNOWN_VALUE ? undefined : value);
  return {
    kind: "unknown",
    resource: nameOf(urn),
    userId: known(userId),
    email: known(email),
    name: undefined,
    actual: undefined,
    declared: undefined,
    why: "not known before the update",
  };
}
