import { shown } from "../text";
import type { Entry } from "./entry";
import type { Person } from "./person";

/** What resources say, and what `drift` and the plugin understand of it: each text is written and read here. */

/** Whether a line tells what an update would do, warns, or tells what was done. */
export type LineKind = "plan" | "warning" | "done";

export interface Line {
  readonly kind: LineKind;
  readonly text: string;
}

const PREFIXES: readonly (readonly [LineKind, string])[] = [
  ["plan", "plan: "],
  ["warning", "warning: "],
];

export function formatLine({ kind, text }: Line): string {
  const prefix = PREFIXES.find(([of]) => of === kind)?.[1] ?? "";
  return `${prefix}${text}`;
}

export function parseLine(line: string): Line {
  const [kind, prefix] = PREFIXES.find(([, prefix]) => line.startsWith(prefix)) ?? ["done", ""];
  return { kind, text: line.slice(prefix.length) };
}

/** Names those whom a roster does not declare. @param where - Default: the organization. */
export function formatUndeclared(
  what: "Owners" | "Members" | "Invitations",
  who: string,
  where?: string,
): string {
  return `${what}${where === undefined ? "" : ` of ${where}`} missing from members: ${who}.`;
}

export function isUndeclared(message: string): boolean {
  return /\b(Owners|Members|Invitations)( of project ".*"\)?)? missing from members: /.test(message);
}

/** Why an entry does not say who is meant. */
export const ambiguous = {
  shared(email: string, people: readonly Person[]): string {
    const ids = people.map(({ userId }) => shown(userId)).join(" and ");
    return `The email ${shown(email)} belongs to several accounts, ${ids}: declare the one you mean by its user id.`;
  },

  same(one: Entry, other: Entry): string {
    return `${shown(one)} and ${shown(other)} are the same person: keep one of the two.`;
  },

  /** @param was - Who had the email until now. @param is - Who has it now. */
  taken(email: string, was: Person, is: Person): string {
    return (
      `${shown(email)} was ${shown(was.userId)} until now, who is still in the organization, and is now the email of ` +
      `${shown(is.userId)}: declare the people you mean by their user ids.`
    );
  },
} as const;

const AMBIGUOUS =
  /The email "(\S+)" belongs to several accounts|"(\S+)" and "(\S+)" are the same person|"(\S+)" was "\S+" until now/g;

/** The entries of each sentence in a message that says that entries are ambiguous, as {@link asShown} has them. */
export function parseAmbiguous(message: string): readonly (readonly Entry[])[] {
  return [...message.matchAll(AMBIGUOUS)].map(([, ...entries]: (Entry | undefined)[]) =>
    entries.filter((entry) => entry !== undefined),
  );
}

/** An entry as it stands in a message. */
export function asShown(entry: Entry): Entry {
  return shown(entry).slice(1, -1);
}

/** Why nothing is known of invitations. */
export function formatUnread(reason: string): string {
  return `Invitations could not be read: ${reason}`;
}

export function isUnread(message: string): boolean {
  return message.startsWith(formatUnread(""));
}

/** What a read adds to the role of somebody whom a roster does not declare: shown as drift, and never declared. */
const UNDECLARED = " (undeclared)";

export function asUndeclared(role: string): string {
  return `${role}${UNDECLARED}`;
}

/** The role of somebody whom a read has added; undefined if the roster declares the person. */
export function roleOfUndeclared(role: string): string | undefined {
  return role.endsWith(UNDECLARED) ? role.slice(0, -UNDECLARED.length) : undefined;
}
