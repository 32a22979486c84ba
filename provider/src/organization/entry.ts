import { canonicalEmail } from "../users-api/email";
import { emailProblem, userIdInputProblem } from "./inputs";
import type { Person } from "./person";

/** How a program names a person: an email, or a user id, which has no `@`. */
export type Entry = string;

export function isEmail(entry: Entry): boolean {
  return entry.includes("@");
}

/** One form of an entry for comparing; it is never sent. */
export function canonicalEntry(entry: Entry): string {
  return isEmail(entry) ? canonicalEmail(entry) : entry;
}

export function sameEntry(one: Entry, other: Entry): boolean {
  return canonicalEntry(one) === canonicalEntry(other);
}

/** The person whom an entry names, for messages and look-ups. */
export function personOf(entry: Entry): Person {
  return isEmail(entry) ? { email: entry } : { userId: entry };
}

/** What is wrong with an entry that a program gave. */
export function entryProblem(entry: Entry): string | undefined {
  return isEmail(entry) ? emailProblem(entry) : userIdInputProblem(entry);
}
