import { sameEmail } from "../../users-api/email";
import type { OrganizationUser } from "../../users-api/schema";
import { shown } from "../../text";
import { isEmail, type Entry } from "../entry";
import { ambiguous } from "../lines";
import { named } from "../person";
import type { People } from "../people";
import { personBefore, type Before } from "./rosterState";

/** Who is meant by the entries of a roster. */
export interface Identified {
  /** The person of each entry, if there is one. */
  readonly users: ReadonlyMap<Entry, OrganizationUser>;
  /** The ids of everybody whom an entry means or could mean. */
  readonly ids: ReadonlySet<string>;
  /** The entries of people who are not in the organization. */
  readonly absent: readonly Entry[];
  /** The entries that could mean several people, and are refused. */
  readonly unclear: readonly Entry[];
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Tells who is meant. An entry means the person whom it meant before, for as long as somebody has that id, whatever the
 * email says today; else the person who has the email.
 */
export function identify(entries: Iterable<Entry>, before: Before, people: People): Identified {
  const users = new Map<Entry, OrganizationUser>();
  const ids = new Map<string, Entry>();
  const absent: Entry[] = [];
  const unclear: Entry[] = [];
  const refusals: string[] = [];
  const warnings: string[] = [];
  for (const entry of entries) {
    const known = personBefore(entry, before).userId;
    const candidates = people.named(entry);
    const person = known === undefined ? undefined : people.withId(known);
    const user = person ?? candidates[0];
    if (user === undefined) {
      absent.push(entry);
      continue;
    }
    const problem = whyUnclear(entry, person, candidates);
    if (problem !== undefined) {
      refusals.push(problem);
      unclear.push(entry);
      for (const { userId } of [user, ...candidates]) ids.set(userId, entry);
      continue;
    }
    if (
      candidates.length === 0 &&
      user.email !== undefined &&
      isEmail(entry) &&
      !sameEmail(user.email, entry)
    )
      warnings.push(`The email of ${shown(entry)} is now ${named(user)}: declare the new one.`);
    if (known !== undefined && person === undefined)
      warnings.push(
        `${shown(entry)} has a new account, ${shown(user.userId)}, and is that person from now on.`,
      );
    const twin = ids.get(user.userId);
    if (twin !== undefined) refusals.push(ambiguous.same(entry, twin));
    users.set(entry, user);
    ids.set(user.userId, entry);
  }
  return { users, ids: new Set(ids.keys()), absent, unclear, refusals, warnings };
}

function whyUnclear(
  entry: Entry,
  person: OrganizationUser | undefined,
  candidates: readonly OrganizationUser[],
): string | undefined {
  const [other, ...more] = candidates;
  if (more.length > 0) return ambiguous.shared(entry, candidates);
  if (person === undefined || other === undefined || other === person) return undefined;
  return ambiguous.taken(entry, person, other);
}
