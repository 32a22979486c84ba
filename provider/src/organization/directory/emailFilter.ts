import type { UsersApi } from "../../users-api/client";
import { isRefused } from "../../users-api/errors";
import type { UserPage } from "../../users-api/schema";
import type { KnownPeople } from "./knownPeople";

/** How many emails one request asks for, and how many characters they may have in all: it is all one URL. */
const EMAILS_AT_ONCE = 50;
const EMAIL_CHARACTERS_AT_ONCE = 3000;

/**
 * Asks list_users for people by `emails[]`, many at once. An answer that has the person is proof; one that has not is
 * none: it is not documented how a server compares, and it may ignore the filter, or refuse it. Nor is an answer ever a
 * page of everybody: it may have more than was asked for, such as an alias.
 */
export class EmailFilter {
  readonly #client: UsersApi;
  readonly #people: KnownPeople;
  /** Emails to ask for next: in lower case, and as they were given. */
  readonly #wanted = new Map<string, string>();
  /** Emails, in lower case, that were asked for. */
  readonly #asked = new Set<string>();
  #request: Promise<void> | undefined;
  #isOfUse = true;
  /** Requests sent so far. */
  requests = 0;
  /** Whether the next request is about to be sent, and still takes emails. */
  gathers = false;

  constructor(client: UsersApi, people: KnownPeople) {
    this.#client = client;
    this.#people = people;
  }

  /** Whether asking for an email would tell anything new. */
  canTell(wanted: string): boolean {
    return this.#isOfUse && !this.#asked.has(wanted);
  }

  /** Asks for an email, together with all others that are wanted by then. */
  async ask(wanted: string, given: string): Promise<void> {
    this.#wanted.set(wanted, given);
    // One request at a time, so that what is wanted meanwhile gathers for the next.
    this.#request ??= this.#send().finally(() => (this.#request = undefined));
    await this.#request;
  }

  /** Takes back that an email is wanted. */
  cancel(wanted: string): void {
    this.#wanted.delete(wanted);
  }

  /** What was answered for an email has turned out to be out of date. */
  askAgain(wanted: string): void {
    this.#asked.delete(wanted);
  }

  async #send(): Promise<void> {
    this.requests++;
    // Look-ups that waited for the same thing go on one after the other: let them all name their emails.
    this.gathers = true;
    await Promise.resolve();
    this.gathers = false;
    const asked = takeSome(this.#wanted);
    const asOf = this.#people.now();
    // In both spellings, because it is not documented whether the server minds the case.
    const emails = [...new Set([...asked].flat())];
    try {
      const answer = await this.#client.listUsers({ emails });
      for (const user of answer.users) this.#people.learn(user.userId, user, asOf);
      for (const email of asked.keys()) this.#asked.add(email);
      if (wasIgnored(answer, asked)) this.#isOfUse = false;
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#isOfUse = false;
    }
  }
}

/** Takes as many of the wanted emails as one request may ask for. */
function takeSome(wanted: Map<string, string>): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  let characters = 0;
  for (const [email, given] of wanted) {
    characters += 2 * (encodeURIComponent(given).length + "&emails[]=".length);
    if (taken.size > 0 && (taken.size >= EMAILS_AT_ONCE || characters > EMAIL_CHARACTERS_AT_ONCE)) break;
    taken.set(email, given);
    wanted.delete(email);
  }
  return taken;
}

/** Whether an answer is most likely about anybody. If not, asking on costs requests, and tells nothing wrong. */
function wasIgnored({ users }: UserPage, asked: ReadonlyMap<string, string>): boolean {
  const others = users.filter(({ email }) => email === undefined || !asked.has(email.toLowerCase()));
  return others.length > asked.size;
}
