import type { Role } from "../users-api/role";
import { shown } from "../users-api/text";

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
  readonly #byResource = new Map<string, Declaration>();
  /** User ids by email in lower case, as they turn up. */
  readonly #idByEmail = new Map<string, string>();

  /**
   * Notes what a resource declares.
   *
   * @param resource - A name that no other resource of the program has.
   * @returns the other resource that declares the same person, if there is one.
   */
  declare(resource: string, declaration: Declaration): string | undefined {
    this.#byResource.set(resource, declaration);
    return this.#other(resource, declaration);
  }

  /**
   * Notes whose email one is.
   *
   * @throws Error where that shows that two resources declare the same person.
   */
  identify(email: string | undefined, userId: string): void {
    if (email === undefined) return;
    this.#idByEmail.set(email.toLowerCase(), userId);
    for (const [resource, declaration] of this.#byResource) {
      if (this.#idOf(declaration) !== userId) continue;
      const other = this.#other(resource, declaration);
      if (other !== undefined) throw new Error(declaredTwice(declaration, resource, other));
    }
  }

  /** Whether a resource of the program declares a person. */
  has(person: Declaration): boolean {
    return [...this.#byResource.values()].some((declaration) => this.#same(declaration, person));
  }

  /** The ids of everybody whom the program declares an owner, as far as known. */
  *owners(): Generator<string> {
    for (const declaration of this.#byResource.values()) {
      const id = this.#idOf(declaration);
      if (declaration.role === "owner" && id !== undefined) yield id;
    }
  }

  #other(resource: string, declaration: Declaration): string | undefined {
    for (const [other, declared] of this.#byResource) {
      if (other !== resource && this.#same(declared, declaration)) return other;
    }
    return undefined;
  }

  #same(one: Declaration, other: Declaration): boolean {
    const id = this.#idOf(one);
    if (id !== undefined && id === this.#idOf(other)) return true;
    return one.email !== undefined && one.email.toLowerCase() === other.email?.toLowerCase();
  }

  #idOf({ userId, email }: Declaration): string | undefined {
    return userId ?? (email === undefined ? undefined : this.#idByEmail.get(email.toLowerCase()));
  }
}

/** Why two resources for one person are refused. */
export function declaredTwice({ userId, email }: Declaration, resource: string, other: string): string {
  const who = email === undefined ? `the user ${shown(userId)}` : `the person with the email ${shown(email)}`;
  return (
    `Two resources of this program declare ${who}: ${shown(label(resource))} and ${shown(label(other))}. ` +
    `A person has one role: remove one of the two.`
  );
}

/** A resource's name as the program gave it, without the number that makes it unique. */
function label(resource: string): string {
  return resource.replace(/#\d+$/, "");
}
