import { canonicalEmail } from "../../users-api/email";
import { isRole, type Role } from "../../users-api/role";
import { shown } from "../../text";
import { canonicalEntry, personOf, type Entry } from "../entry";
import { named, type Person } from "../person";
import { ALONE, ANYBODY, type Fact, type Peers } from "./peers";

/** A person as declared by a program. */
export interface Declaration extends Person {
  readonly role?: Role | undefined;
}

/** The resource that declares somebody. */
export interface Declarer {
  /** A name that is unique in the program, such as a URN; undefined if unknown. */
  readonly resource?: string | undefined;
  /** The most owners that the program may have declared so far; undefined if unknown. */
  readonly owners?: number | undefined;
  /** The properties that are secret, or contain a secret. */
  readonly secrets?: readonly string[] | undefined;
}

/**
 * The people the running program has declared so far, to this process and to the others. The engine checks every declared
 * resource before it deletes one that is no longer declared; a destroy checks none.
 */
export class Declarations {
  readonly #peers: Peers;
  /** The resource that declares each person, by user id and by email, in its canonical form. */
  readonly #byId = new Map<string, string | undefined>();
  readonly #byEmail = new Map<string, string | undefined>();
  /** User ids by email, in its canonical form, as they become known. */
  readonly #idOfEmail = new Map<string, string>();
  readonly #owners: Declaration[] = [];
  #unknownRoles = 0;
  #count = 0;
  #possibleOwners: number | undefined;
  #role: string | undefined;
  #roster: string | undefined;
  #rosters = false;
  /** The emails, in their canonical form, of a roster that invites. */
  #invitable: ReadonlySet<string> = new Set();
  /** The declared role of each person, by user id and by email, in its canonical form. */
  readonly #roles = new Map<string, Role | undefined>();
  /** The ProjectRoster of each project. */
  readonly #projects = new Map<string, string | undefined>();

  constructor(peers: Peers = ALONE) {
    this.#peers = peers;
  }

  /** Records the person a resource declares. Returns why it must not, if another resource does already. */
  declare({ resource, owners }: Declarer, person: Declaration): string | undefined {
    if (owners !== undefined) this.#possibleOwners = Math.max(owners, this.#possibleOwners ?? 0);
    if (this.#role === undefined) this.#peers.tell("role", [ANYBODY], resource);
    this.#role ??= resource;
    if (person.role === undefined) this.#unknownRoles++;
    const twin = this.#note(resource, person);
    this.#peers.listen();
    const roster = this.#roster ?? this.#elsewhere("roster", [ANYBODY], resource);
    if (resource !== undefined && roster !== undefined) return notBoth(resource, roster);
    const other = twin ?? this.#otherProcess(resource, person);
    if (resource === undefined || other === undefined) return undefined;
    return declaredTwice(person, resource, other);
  }

  /** Records a roster. Returns why it must not be there, if another roster is, or a resource of a single person. */
  declareRoster(
    { resource }: Declarer,
    members: Readonly<Record<Entry, unknown>>,
    absent?: unknown,
  ): string | undefined {
    this.#invitable = new Set(absent === "invite" ? Object.keys(members).map(canonicalEntry) : []);
    const known = this.#roster === resource ? this.#role : (this.#roster ?? this.#role);
    if (this.#roster === undefined) this.#peers.tell("roster", [ANYBODY], resource);
    this.#roster ??= resource;
    this.#rosters = true;
    for (const [key, role] of Object.entries(members)) {
      this.#note(resource, { ...personOf(key), role: isRole(role) ? role : undefined });
    }
    this.#peers.listen();
    const other =
      known ?? this.#elsewhere("roster", [ANYBODY], resource) ?? this.#elsewhere("role", [ANYBODY], resource);
    return other === undefined || resource === undefined ? undefined : notBoth(other, resource);
  }

  /** Records somebody whom the program reads, and so knows without declaring a role. */
  read({ userId, email }: Person & { readonly userId: string }): void {
    if (!this.#byId.has(userId)) this.#note(undefined, { userId, email });
  }

  /** Records the roster of a project. Returns why it must not be there, if another one is. It declares nobody. */
  declareProject({ resource }: Declarer, projectId: string): string | undefined {
    const other = this.#projects.get(projectId);
    if (resource === undefined || other === undefined || other === resource) {
      this.#projects.set(projectId, resource);
      return undefined;
    }
    return (
      `Two rosters of this program are for project ${shown(projectId)}: ${label(other)} and ${label(resource)}. Keep one ` +
      `of the two: members take outputs, and maps can be merged.`
    );
  }

  /** Whether a roster of a project was declared. */
  hasProject(projectId: string): boolean {
    return this.#projects.has(projectId);
  }

  /** Whether a roster was declared. */
  get hasRoster(): boolean {
    return this.#rosters;
  }

  /** Notes a declaration, unless another resource of this process has that person: returns which. */
  #note(resource: string | undefined, { userId, email, role }: Declaration): string | undefined {
    const canonical = email === undefined ? undefined : canonicalEmail(email);
    const id = userId ?? (canonical === undefined ? undefined : this.#idOfEmail.get(canonical));
    const other =
      (id === undefined ? undefined : this.#byId.get(id)) ??
      (canonical === undefined ? undefined : this.#byEmail.get(canonical));
    if (resource !== undefined && other !== undefined && other !== resource) return other;
    if (id !== undefined) this.#byId.set(id, resource);
    if (canonical !== undefined) this.#byEmail.set(canonical, resource);
    if (role === "owner") {
      this.#owners.push({ userId, email });
      this.#peers.tell("owner", [id ?? email ?? ANYBODY]);
    }
    for (const name of namesOf({ userId: id, email: canonical })) this.#roles.set(name, role);
    this.#count++;
    this.#peers.tell("declared", namesOf({ userId: id, email }), resource);
    return undefined;
  }

  /**
   * Records whose email this is, if it is declared: a refresh also tells of emails that the program has elsewhere by now.
   *
   * @throws Error if two resources turn out to declare the same person.
   */
  identify(email: string | undefined, userId: string): void {
    if (email === undefined) return;
    const canonical = canonicalEmail(email);
    if (!this.#byEmail.has(canonical)) return;
    const isNew = this.#idOfEmail.get(canonical) !== userId;
    this.#idOfEmail.set(canonical, userId);
    const resource = this.#byEmail.get(canonical);
    const isAskedElsewhere = isNew && resource !== this.#roster;
    if (isNew) this.#peers.tell("declared", [userId], resource);
    if (isAskedElsewhere) this.#peers.listen();
    const other =
      this.#byId.get(userId) ?? (isAskedElsewhere ? this.#otherProcess(resource, { userId }) : undefined);
    if (resource !== undefined && other !== undefined && other !== resource)
      throw new Error(declaredTwice({ email }, resource, other));
    this.#byId.set(userId, resource);
    this.#roles.set(userId, this.#roles.get(canonical));
    if (isNew) this.#count++;
  }

  /** The id of the user with an email, once it is known. */
  idOf(email: string | undefined): string | undefined {
    return email === undefined ? undefined : this.#idOfEmail.get(canonicalEmail(email));
  }

  /** Grows with every declaration, and with every declared email whose user becomes known. */
  get count(): number {
    return this.#count;
  }

  /** The most owners that the program may declare; undefined if unknown. */
  get possibleOwners(): number | undefined {
    return this.#possibleOwners;
  }

  /** The most owners that may have been declared so far, to any process. */
  get declaredOwners(): number {
    this.#peers.listen();
    const known = new Set(this.#owners.map(({ userId, email }) => userId ?? canonicalEmail(email ?? "")));
    return known.size + this.#unknownRoles + this.#peers.others("owner", known);
  }

  /**
   * Whether the program declares or reads a person, by id or by email.
   *
   * @param organization - The organization's name in the state, in case the API has not said it yet.
   */
  has({ userId, email }: Person, organization?: string): boolean {
    if (userId !== undefined && this.#byId.has(userId)) return true;
    if (email !== undefined && this.#byEmail.has(canonicalEmail(email))) return true;
    this.#peers.listen();
    return this.#peers.heard("declared", namesOf({ userId, email }), organization) !== undefined;
  }

  /** The role in the organization that the program declares for a person, as far as it has done so. */
  roleOf({ userId, email }: Person): Role | undefined {
    const byId = userId === undefined ? undefined : this.#roles.get(userId);
    return byId ?? (email === undefined ? undefined : this.#roles.get(canonicalEmail(email)));
  }

  /** Whether a roster invites everybody whom it declares, and declares this one. */
  invites(entry: Entry): boolean {
    return this.#invitable.has(canonicalEntry(entry));
  }

  /** Everybody the program declares an owner: the id, once it is known, and the email if that is how they are declared. */
  *owners(): Generator<readonly [userId: string, email: string | undefined]> {
    for (const { userId, email } of this.#owners) {
      const id = userId ?? this.idOf(email);
      if (id !== undefined) yield [id, userId === undefined ? email : undefined];
    }
  }

  /** The resource of another process that declares a person. */
  #otherProcess(resource: string | undefined, { userId, email }: Person): string | undefined {
    return this.#elsewhere("declared", namesOf({ userId: userId ?? this.idOf(email), email }), resource);
  }

  #elsewhere(fact: Fact, people: readonly Entry[], resource: string | undefined): string | undefined {
    const other = this.#peers.heard(fact, people);
    return other === "" || other === resource ? undefined : other;
  }
}

function namesOf({ userId, email }: Person): Entry[] {
  return [userId, email].filter((name) => name !== undefined);
}

function declaredTwice(person: Person, resource: string, other: string): string {
  return (
    `Two resources of this program declare ${named(person)}: ${label(resource)} and ${label(other)}. ` +
    `A person has one role: keep one of the two.`
  );
}

function notBoth(one: string, other: string): string {
  return (
    `${label(one)} and ${label(other)} declare people of the same organization. It has one roster or resources for ` +
    `single people, not both: put everybody into the members of one roster. They take outputs, and maps can be merged.`
  );
}

/** A resource's name as the program gave it, without the number that makes it unique. */
function label(resource: string): string {
  return shown(resource.replace(/#\d+$/, ""));
}
