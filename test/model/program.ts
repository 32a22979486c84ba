import type { User, Users } from "../../emulator/src";
import { HIDDEN_INPUT, writeHidden } from "../../provider/src/engine/hiddenInput";
import type { INVITE_POLICIES, OnDelete, ROSTER_POLICIES } from "../../provider/src/organization/policies";
import type { Role } from "../../provider/src/users-api/role";
import { UNKNOWN, type Registration } from "./simulatedEngine";

/** How values come about, and when a resource does. */
interface Coming {
  /** What is an Output that no preview knows: the person or people, a role, or what else is said of them. */
  readonly output?: "who" | "role" | "policy" | undefined;
  /** How long the program awaits something before it calls the constructor, in milliseconds. */
  readonly late?: number | undefined;
}

/** The arguments of an OrganizationUserRole. */
export interface Declared extends Coming {
  readonly userId?: string;
  readonly email?: string;
  readonly role: Role;
  readonly onDelete?: OnDelete | undefined;
}

type PolicyValues = typeof ROSTER_POLICIES & typeof INVITE_POLICIES;

/** What a roster can say of people it does not name, or who are not there; the default where it says nothing. */
export type Policies = {
  readonly [policy in keyof PolicyValues]?: PolicyValues[policy][number] | undefined;
};

/** The arguments of an OrganizationRoster. */
export interface Roster extends Coming {
  /** Roles by email or id. */
  readonly members: Readonly<Record<string, Role>>;
  readonly policies: Policies;
  /** The entry whose role is not known yet. */
  readonly unknown?: string | undefined;
}

/** What a program declares: single people, by the names of their resources and in their order, or a roster. */
export interface Program {
  readonly roles: ReadonlyMap<string, Declared>;
  readonly roster?: Roster | undefined;
}

/** Nothing is declared. */
export const EMPTY: Program = { roles: new Map() };

/** The roster's name in the program, and its id. */
export const ROSTER = "roster";

/** Whether the program awaits something before it is over. */
export function pauses(program: Program): boolean {
  return all(program).some(({ late }) => late !== undefined);
}

/** Whether a preview knows every value, and the program is over at once. */
export function isPlain(program: Program): boolean {
  return !pauses(program) && all(program).every(({ output }) => output === undefined);
}

/** A program as a preview sees it, if that knows everything but a role or a policy, which then lets everybody stay. */
export function asPreviewed(program: Program): Program {
  const { roster } = program;
  if (roster === undefined) return program;
  const { output, members, policies, ...rest } = roster;
  const [unknown] = Object.keys(members);
  if (output === "role" && unknown !== undefined)
    return { ...program, roster: { ...rest, members, policies, unknown } };
  if (output !== "policy") return program;
  return { ...program, roster: { ...rest, members, policies: { ...policies, undeclaredMembers: "ignore" } } };
}

function all({ roles, roster }: Program): (Declared | Roster)[] {
  return [...roles.values(), ...(roster ? [roster] : [])];
}

/** A roster is, to whoever asks whom it declares, a role for each of its entries. */
export function asRoles({ roles, roster }: Program): ReadonlyMap<string, Declared> {
  const entries = Object.entries(roster?.members ?? {});
  return new Map([
    ...roles,
    ...entries.map(([key, role]) => [`${ROSTER} ${key}`, { ...personOf(key), role }] as const),
  ]);
}

/** What the engine is told of a program, with what the program's side tells the handlers. */
export function registrations({ roles, roster }: Program): Registration[] {
  const resources: (readonly [string, Roster | Declared])[] = [...roles];
  if (roster !== undefined) resources.push([ROSTER, roster]);
  return resources.map(([name, args], i) => {
    const pause = resources.findIndex(([, { late }], j) => j > i && late !== undefined);
    const before = pause === -1 ? resources : resources.slice(0, pause);
    const owners = before.filter(([, other]) => !("members" in other) && mayBeOwner(other)).length;
    const isCounted = !("members" in args) && (args.role !== "owner" || args.output === "role");
    const resource = `${name}#${i}`;
    return registration(name, args, writeHidden({ resource, ...(isCounted && { owners }) }));
  });
}

function mayBeOwner({ role, output }: Declared): boolean {
  return role === "owner" || output === "role";
}

function registration(name: string, declared: Roster | Declared, declaredBy: string): Registration {
  const { output, late = 0 } = declared;
  const { kind, said, unknown } = "members" in declared ? ofRoster(declared) : ofRole(declared);
  const args = { ...said, [HIDDEN_INPUT]: declaredBy };
  return { kind, name, late, args, previewed: { ...args, ...(output && unknown[output]) } };
}

function ofRoster({ members, policies }: Roster) {
  const [key] = Object.keys(members);
  const unknown = {
    who: { members: UNKNOWN },
    role: { members: key === undefined ? UNKNOWN : { ...members, [key]: UNKNOWN } },
    policy: { undeclaredMembers: UNKNOWN },
  };
  return { kind: "roster" as const, said: { members, ...policies }, unknown };
}

function ofRole({ userId, email, role, onDelete }: Declared) {
  const unknown = {
    who: userId === undefined ? { email: UNKNOWN } : { userId: UNKNOWN },
    role: { role: UNKNOWN },
    policy: { onDelete: UNKNOWN },
  };
  return { kind: "role" as const, said: { userId, email, role, onDelete }, unknown };
}

/** Whom an email or an id means, to somebody who looks at the organization as it is: the first, if several have it. */
export function whoIs(key: string | undefined, users: Users): string | undefined {
  if (key === undefined) return undefined;
  return key.includes("@") ? withEmail(key, users)[0]?.id : users.get(key)?.id;
}

/** Everybody with an email. */
export function withEmail(email: string, users: Users): User[] {
  const wanted = comparable(email);
  return users.all().filter((user) => user.email !== null && comparable(user.email) === wanted);
}

/** Everybody of whom an email is another one than the organization shows. */
export function withAlias(email: string, users: Users): User[] {
  const wanted = comparable(email);
  return users.all().filter(({ aliases = [] }) => aliases.some((alias) => comparable(alias) === wanted));
}

/** An email or an id as comparisons have it: neither case nor the way accents are written tells people apart. */
export function comparable(key: string): string {
  return key.includes("@") ? key.toLowerCase().normalize("NFC") : key;
}

/** How a declaration names a person: by an email with `@`, or by an id. */
export function personOf(key: string): { readonly userId: string } | { readonly email: string } {
  return key.includes("@") ? { email: key } : { userId: key };
}
