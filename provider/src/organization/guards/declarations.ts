import type { Role } from "../../users-api/role";
import { shown } from "../../users-api/text";
import { named, type Person } from "../person";

/** A person as a program declares it. */
export interface Declaration extends Person {
  readonly role?: Role | undefined;
}

/** What declares somebody. */
export interface Declarer {
  /** A name that nothing else in the program has, such as a URN; undefined where the engine keeps it to itself. */
  readonly resource?: string | undefined;
  /** How many owners the program declares at most, as far as it has run; undefined where nobody has said. */
  readonly owners?: number | undefined;
  /** Whether the emails that it declares are secrets of the program's. */
  readonly isSecret?: boolean;
}

/**
 * Whom the running program declares, as far as this process has been told. The engine checks every declared
 * resource before it deletes any that is not, and a destroy checks none.
 */
export class Declarations {
  /** The resource that declares each person, by user id and by email in lower case. */
  readonly #byId = new Map<string, string | undefined>();
  readonly #byEmail = new Map<string, string | undefined>();
  /** User ids by email in lower case, as they turn up. */
  readonly #idOfEmail = new Map<string, string>();
  readonly #owners: Declaration[] = [];
  #count = 0;
  #possibleOwners: number | undefined;
  #role: string | undefined;
  #roster: string | undefined;

  /** Notes whom a resource of one person declares. Answers why it must not, where another resource does already. */
  declare({ resource, owners }: Declarer, person: Declaration): string | undefined {
    if (owners !== undefined) this.#possibleOwners = Math.max(owners, this.#possibleOwners ?? 0);
    this.#role ??= resource;
    if (resource !== undefined && this.#roster !== undefined) return notBoth(resource, this.#roster);
    return this.#note(resource, person);
  }

  /** Notes a roster. Answers why it must not be there, where there are others of its kind, or resources of single people. */
  declareRoster({ resource }: Declarer, members: Readonly<Record<string, Role>>): string | undefined {
    const other = this.#roster === resource ? this.#role : (this.#roster ?? this.#role);
    this.#roster ??= resource;
    for (const [key, role] of Object.entries(members)) {
      this.#note(resource, { ...(key.includes("@") ? { email: key } : { userId: key }), role });
    }
    return other === undefined || resource === undefined ? undefined : notBoth(other, resource);
  }

  #note(resource: string | undefined, { userId, email, role }: Declaration): string | undefined {
    const id = userId ?? this.#idOf(email);
    const other =
      (id === undefined ? undefined : this.#byId.get(id)) ??
      (email === undefined ? undefined : this.#byEmail.get(email.toLowerCase()));
    if (resource !== undefined && other !== undefined && other !== resource)
      return declaredTwice({ userId, email }, resource, other);
    if (id !== undefined) this.#byId.set(id, resource);
    if (email !== undefined) this.#byEmail.set(email.toLowerCase(), resource);
    if (role === "owner") this.#owners.push({ userId, email });
    this.#count++;
    return undefined;
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
    if (!this.#byEmail.has(email.toLowerCase())) return;
    const resource = this.#byEmail.get(email.toLowerCase());
    const other = this.#byId.get(userId);
    if (resource !== undefined && other !== undefined && other !== resource)
      throw new Error(declaredTwice({ email }, resource, other));
    this.#byId.set(userId, resource);
    if (isNew) this.#count++;
  }

  /** How many declarations were noted, and how many of those by email have since turned out to be whose. */
  get count(): number {
    return this.#count;
  }

  /** How many owners the program declares at most; undefined where nobody has said. */
  get possibleOwners(): number | undefined {
    return this.#possibleOwners;
  }

  /** How many owners have been declared so far. */
  get declaredOwners(): number {
    return new Set(this.#owners.map(({ userId, email }) => userId ?? email?.toLowerCase())).size;
  }

  /** Whether the program declares a person, by the id or by the email. */
  has({ userId, email }: Person): boolean {
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

function declaredTwice(person: Person, resource: string, other: string): string {
  return (
    `Two resources of this program declare ${named(person)}: ${label(resource)} and ${label(other)}. ` +
    `A person has one role: remove one of the two.`
  );
}

function notBoth(one: string, other: string): string {
  return (
    `${label(one)} and ${label(other)} declare people of the same organization. It has one roster, or resources of ` +
    `single people, not both: put everybody into the members of one roster. They take outputs, and maps can be merged.`
  );
}

/** A resource's name as the program gave it, without the number that makes it unique. */
function label(resource: string): string {
  return shown(resource.replace(/#\d+$/, ""));
}
