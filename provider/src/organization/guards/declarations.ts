import type { Role } from "../../users-api/role";
import { shown } from "../../users-api/text";

/** A person as a resource of the running program declares it. */
export interface Declaration {
  readonly userId?: string | undefined;
  readonly email?: string | undefined;
  readonly role?: Role | undefined;
}

/**
 * Whom the running program declares, as far as this process has been told. The engine checks every declared
 * resource before it deletes any that is not, and a destroy checks none.
 */
export class Declarations {
  /** The resource that declares each person, by user id and by email in lower case. */
  readonly #byId = new Map<string, string>();
  readonly #byEmail = new Map<string, string>();
  /** User ids by email in lower case, as they turn up. */
  readonly #idOfEmail = new Map<string, string>();
  /** The emails by which resources keep a person who may have another one by now, in lower case, by user id. */
  readonly #kept = new Map<string, ReadonlySet<string>>();
  readonly #owners: Declaration[] = [];
  #count = 0;

  /**
   * Notes what a resource declares.
   *
   * @param resource - A name that no other resource of the program has.
   * @throws Error where another resource declares the same person.
   */
  declare(resource: string, { userId, email, role }: Declaration): void {
    const id = userId ?? this.#idOf(email);
    const other =
      (id === undefined ? undefined : this.#byId.get(id)) ??
      (email === undefined ? undefined : this.#byEmail.get(email.toLowerCase()));
    if (other !== undefined && other !== resource) throw declaredTwice({ userId, email }, resource, other);
    if (id !== undefined) this.#byId.set(id, resource);
    if (email !== undefined) this.#byEmail.set(email.toLowerCase(), resource);
    if (role === "owner") this.#owners.push({ userId, email });
    this.#count++;
  }

  /**
   * Notes whose email one is.
   *
   * @throws Error where that shows that two resources declare the same person.
   */
  identify(email: string | undefined, userId: string): void {
    if (email === undefined) return;
    const isNew = this.#idOfEmail.get(email.toLowerCase()) !== userId;
    this.#idOfEmail.set(email.toLowerCase(), userId);
    const resource = this.#byEmail.get(email.toLowerCase());
    if (resource === undefined) return;
    const other = this.#byId.get(userId);
    if (other !== undefined && other !== resource) throw declaredTwice({ email }, resource, other);
    this.#byId.set(userId, resource);
    if (isNew) this.#count++;
  }

  /** Notes that a resource in the state keeps its person by the email that it was declared by. */
  keep(email: string | undefined, userId: string): void {
    if (email === undefined) return;
    this.#kept.set(userId, new Set([...this.emailsKept(userId), email.toLowerCase()]));
  }

  /** The emails by which resources keep a person, in lower case, as far as known. */
  emailsKept(userId: string): Iterable<string> {
    return this.#kept.get(userId) ?? [];
  }

  /** How many declarations were noted, and how many of those by email have since turned out to be whose. */
  get count(): number {
    return this.#count;
  }

  /** Whether a resource of the program declares a person, by the id or by the email. */
  has({ userId, email }: Declaration): boolean {
    return (
      (userId !== undefined && this.#byId.has(userId)) ||
      (email !== undefined && this.#byEmail.has(email.toLowerCase()))
    );
  }

  /** The ids of everybody whom the program declares an owner, as far as known. */
  *owners(): Generator<string> {
    for (const { userId, email } of this.#owners) {
      const id = userId ?? this.#idOf(email);
      if (id !== undefined) yield id;
    }
  }

  #idOf(email: string | undefined): string | undefined {
    return email === undefined ? undefined : this.#idOfEmail.get(email.toLowerCase());
  }
}

function declaredTwice({ userId, email }: Declaration, resource: string, other: string): Error {
  const who = email === undefined ? `the user ${shown(userId)}` : `the person with the email ${shown(email)}`;
  return new Error(
    `Two resources of this program declare ${who}: ${shown(label(resource))} and ${shown(label(other))}. ` +
      `A person has one role: remove one of the two.`,
  );
}

/** A resource's name as the program gave it, without the number that makes it unique. */
function label(resource: string): string {
  return resource.replace(/#\d+$/, "");
}
