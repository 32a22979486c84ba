import fc from "fast-check";

import type { Users } from "../../emulator/src";
import { ON_DELETE, type OnDelete } from "../../provider/src/organization/onDelete";
import { ROLES, type Role } from "../../provider/src/users-api/role";
import type { Registration } from "./simulatedEngine";

/** The arguments of an OrganizationUserRole. */
export interface Declared {
  readonly userId?: string;
  readonly email?: string;
  readonly role: Role;
  readonly onDelete?: OnDelete;
}

/** What a program declares, by the names of its resources and in their order. */
export type Program = ReadonlyMap<string, Declared>;

/** A person, by a number: in or out of the organization, and under ids and emails that change. */
export type PersonNumber = number;

/** How many people take part; others only fill pages. */
export const PEOPLE = 7;

const NAMES = ["a", "b", "c", "d", "e", "f"];

/** A change of the program. Names and people are counted round what there is, so that a shorter sequence makes sense. */
export type Edit =
  | {
      readonly edit: "declare";
      readonly name: number;
      readonly person: PersonNumber;
      /** Whether the person may be one whom another resource declares, or who is not in the organization. */
      readonly anybody: boolean;
      readonly by: "userId" | "email" | "EMAIL";
      readonly role: Role;
      readonly onDelete: OnDelete | undefined;
    }
  | { readonly edit: "undeclare"; readonly name: number }
  | { readonly edit: "rename"; readonly name: number; readonly to: number }
  | { readonly edit: "swap"; readonly name: number; readonly with: number }
  | { readonly edit: "reorder"; readonly by: number }
  | { readonly edit: "set role"; readonly name: number; readonly role: Role }
  | { readonly edit: "set onDelete"; readonly name: number; readonly onDelete: OnDelete | undefined }
  | { readonly edit: "name by"; readonly name: number; readonly by: "userId" | "email" | "EMAIL" };

/** Which of several, counted round what there is. */
export const index = fc.nat({ max: 11 });
/** A role to declare. */
export const role = fc.constantFrom(...ROLES);
const onDelete = fc.option(fc.constantFrom(...ON_DELETE), { nil: undefined });
/** What a declaration can name a person by. */
export const by = fc.constantFrom("userId" as const, "email" as const, "EMAIL" as const);

const declare = fc.record({
  edit: fc.constant("declare" as const),
  name: index,
  person: fc.nat({ max: PEOPLE - 1 }),
  anybody: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
  by,
  role,
  onDelete,
});

/** Arbitrary changes of a program. */
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: declare },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("undeclare" as const), name: index }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("rename" as const), name: index, to: index }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("swap" as const), name: index, with: index }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant("reorder" as const), by: index }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("set role" as const), name: index, role }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant("set onDelete" as const), name: index, onDelete }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("name by" as const), name: index, by }) },
);

/** The program after a change. `people` are the ids by number. */
export function edited(program: Program, edit: Edit, people: readonly string[], users: Users): Program {
  const entries = [...program];
  const at = "name" in edit && entries.length > 0 ? edit.name % entries.length : -1;
  const entry = entries[at];
  switch (edit.edit) {
    case "declare": {
      const taken = new Set(entries.map(([, declared]) => idOf(declared, users)));
      const free = people.filter((id) => edit.anybody || (users.get(id) !== undefined && !taken.has(id)));
      const id = free[edit.person % free.length];
      if (id === undefined) return program;
      const { role, onDelete } = edit;
      return new Map(program).set(nameOf(edit.name), {
        ...named(id, edit.by, users),
        role,
        ...(onDelete && { onDelete }),
      });
    }
    case "undeclare":
      return new Map(entries.toSpliced(at, entry === undefined ? 0 : 1));
    case "rename": {
      const other = program.get(nameOf(edit.to));
      if (entry === undefined) return program;
      const renamed = entries.map(([name, declared]): [string, Declared] => {
        if (name === entry[0]) return [nameOf(edit.to), declared];
        return name === nameOf(edit.to) && other !== undefined ? [entry[0], other] : [name, declared];
      });
      return new Map(renamed);
    }
    case "swap": {
      const other = entries[edit.with % Math.max(1, entries.length)];
      if (entry === undefined || other === undefined) return program;
      return new Map(program).set(entry[0], other[1]).set(other[0], entry[1]);
    }
    case "reorder": {
      const cut = edit.by % Math.max(1, entries.length);
      return new Map([...entries.slice(cut), ...entries.slice(0, cut)]);
    }
    case "set role":
      return entry === undefined ? program : new Map(program).set(entry[0], { ...entry[1], role: edit.role });
    case "set onDelete": {
      if (entry === undefined) return program;
      const { userId, email, role } = entry[1];
      return new Map(program).set(entry[0], {
        ...(userId !== undefined && { userId }),
        ...(email !== undefined && { email }),
        role,
        ...(edit.onDelete && { onDelete: edit.onDelete }),
      });
    }
    case "name by": {
      const id = entry === undefined ? undefined : idOf(entry[1], users);
      if (entry === undefined || id === undefined) return program;
      const { role, onDelete } = entry[1];
      return new Map(program).set(entry[0], {
        ...named(id, edit.by, users),
        role,
        ...(onDelete && { onDelete }),
      });
    }
  }
}

/** Whom a declaration means, to somebody who looks at the organization as it is. */
function idOf({ userId, email }: Declared, users: Users): string | undefined {
  return userId ?? (email === undefined ? undefined : users.byEmail(email)?.id);
}

/** What the engine is told of a program. */
export function registrations(program: Program): Registration[] {
  return [...program].map(([name, args]) => ({ kind: "role", name, args: { ...args } }));
}

function nameOf(index: number): string {
  return NAMES[index % NAMES.length] ?? "a";
}

/** How a declaration names a person. */
export function named(
  userId: string,
  by: "userId" | "email" | "EMAIL",
  users: Users,
): Pick<Declared, "userId" | "email"> {
  const email = users.get(userId)?.email ?? `${userId.replace("user-", "")}@example.com`;
  if (by === "userId") return { userId };
  return { email: by === "email" ? email : email.toUpperCase() };
}
