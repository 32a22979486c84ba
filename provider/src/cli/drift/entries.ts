import { SIGNATURE } from "../../engine/protocol";
import { canonicalEntry, type Entry } from "../../organization/entry";
import { roleOfUndeclared } from "../../organization/lines";
import { idsIn } from "../../organization/roster/rosterState";
import { shown } from "../../text";
import { nameOf, textIn, type Observed, type Properties, type ResourceState } from "../preview/engineEvents";

/** An entry as it is written, and its role: the API has people without one. */
interface Declared {
  readonly entry: Entry;
  readonly role: string | undefined;
  /** Whether only a read has added it. */
  readonly isUndeclared?: boolean;
}

/** Entries by their form for comparing. */
export type Roles = ReadonlyMap<string, Declared>;

export interface Entries {
  /** As the last update left them: after one that failed in part, the outputs say what is true, and the inputs do not. */
  readonly before: Roles;
  /** As the organization has them, with others the roster would change; undefined if it was not read. */
  readonly now: Roles | undefined;
  /** As the program has them; undefined if it has no such resource, or that is unknown. */
  readonly wanted: Roles | undefined;
}

/**
 * What a resource has declared, declares, and has.
 *
 * @throws Error if a secret would have to be compared.
 */
export function entriesOf(one: Observed): Entries {
  const { deployed, actual, declared } = one;
  const roles = one.kind === "role" ? roleOf : membersOf;
  const resource = nameOf(one.urn);
  const read = one.kind === "role" ? actual?.outputs : actual?.inputs;
  return {
    before: roles(deployed?.outputs, resource),
    now: actual === undefined ? undefined : unmarked(roles(read, resource)),
    wanted: declared == null ? undefined : roles(declared, resource),
  };
}

/** What a read has, without the mark of what only it has added. */
function unmarked(read: Roles): Roles {
  return new Map(
    [...read].map(([key, { entry, role }]) => {
      const added = role === undefined ? undefined : roleOfUndeclared(role);
      return [key, { entry, role: added ?? role, isUndeclared: added !== undefined }];
    }),
  );
}

/** The key of the only person an OrganizationUserRole has. */
export const ONLY = "";

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
export interface Remembered {
  readonly userId: string | undefined;
  readonly stage: string | undefined;
}

/** Who the entries of a roster are; nobody of an OrganizationUserRole. */
export function peopleOf(state: ResourceState | null | undefined): ReadonlyMap<string, Remembered> {
  const { people, stages } = { ...state?.outputs };
  const ids = typeof people === "string" && people.startsWith("{") ? idsIn({ people }) : {};
  const standing = Object(stages) as Properties;
  return new Map(
    Object.keys({ ...ids, ...standing }).map((entry) => {
      const stage = textIn(Object(standing[entry]) as Properties, "stage");
      return [canonicalEntry(entry), { userId: ids[entry], stage }];
    }),
  );
}

/** A property that is text or absent, and not secret. */
function plain(properties: Properties, property: string, resource: string): string | undefined {
  const value = properties[property];
  if (typeof value === "object" && value !== null && SIGNATURE in value) throw unreadable(property, resource);
  return textIn(properties, property);
}

function unreadable(property: string, resource: string): Error {
  return new Error(
    `${shown(property)} of "${resource}" cannot be compared: it is a secret, which the engine does not show. ` +
      `It need not be secret: remove pulumi.secret from it.`,
  );
}
