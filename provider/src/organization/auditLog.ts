import type { UsersApi } from "../users-api/client";
import { canonicalEmail } from "../users-api/email";
import { sameRole } from "../users-api/role";
import { AUDIT_EVENT_TYPES, type AuditEvent } from "../users-api/schema";

/** A person whose access is not as it was. */
export interface Changed {
  readonly userId?: string | undefined;
  readonly email?: string | undefined;
  /** The role that the person has now; undefined if the person is gone. */
  readonly role: string | undefined;
}

/** The most emails that are looked up: they stand in one URL. */
const MOST_EMAILS = 50;

/** The organization's audit log. */
export class AuditLog {
  readonly #client: Pick<UsersApi, "listAuditEvents" | "listUsers">;

  constructor(client: Pick<UsersApi, "listAuditEvents" | "listUsers">) {
    this.#client = client;
  }

  /**
   * list_audit_logs: the last change of each person's access, in one request. One list_users goes before it if somebody is
   * known by email alone: the log knows people by id.
   *
   * @param since - The time of the earliest change, in Unix seconds. Default: any.
   * @returns the events, for those of whom one was found that left them as they are.
   */
  async lastChanges<T extends Changed>(people: readonly T[], since?: number): Promise<Map<T, AuditEvent>> {
    const ids = await this.#idsOf(people);
    const events = await this.#client.listAuditEvents({ since, types: AUDIT_EVENT_TYPES });
    const found = new Map<T, AuditEvent>();
    for (const person of people) {
      const id = person.userId ?? ids.get(canonicalEmail(person.email ?? ""));
      const event = id === undefined ? undefined : lastChange(events, id, person.role);
      if (event !== undefined) found.set(person, event);
    }
    return found;
  }

  async #idsOf(people: readonly Changed[]): Promise<ReadonlyMap<string, string>> {
    const emails = people.flatMap(({ userId, email }) =>
      userId === undefined && email !== undefined ? [email] : [],
    );
    if (emails.length === 0) return new Map();
    const { items } = await this.#client.listUsers({ emails: emails.slice(0, MOST_EMAILS) });
    return new Map(
      items.flatMap(({ userId, email }) =>
        email === undefined ? [] : [[canonicalEmail(email), userId] as const],
      ),
    );
  }
}

/**
 * The last event about a person, if it left them with the role they have now; else whoever did that is not in the log.
 *
 * @param role - Undefined if the person is gone.
 */
export function lastChange(
  events: readonly AuditEvent[],
  userId: string,
  role: string | undefined,
): AuditEvent | undefined {
  const [last] = events.filter(({ about }) => about.includes(userId)).sort((one, other) => other.at - one.at);
  if (last === undefined) return undefined;
  const isGone = last.type === "user.deleted";
  if (isGone || role === undefined) return isGone && role === undefined ? last : undefined;
  return last.role === undefined || sameRole(last.role, role) ? last : undefined;
}
