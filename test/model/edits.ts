import fc from "fast-check";

import type { Users } from "../../emulator/src";
import {
  INVITE_POLICIES,
  ON_DELETE,
  ROSTER_POLICIES,
  type OnDelete,
} from "../../provider/src/organization/policies";
import { ROLES, type Role } from "../../provider/src/users-api/role";
import {
  asRoles,
  comparable,
  EMPTY,
  isMixed,
  personOf,
  whoIs,
  type Declared,
  type Policies,
  type Program,
  type Roster,
} from "./program";

/** A person, by a number: in or out of the organization, and under ids and emails that change. */
export type PersonNumber = number;

/** How many people take part; others only fill pages. */
export const PEOPLE = 7;

const NAMES = ["a", "b", "c", "d", "e", "f"];

/** Accents can be written in two ways. */
type By = "userId" | "email" | "EMAIL" | "decomposed";

interface Coming {
  readonly output: Declared["output"];
  readonly late: number | undefined;
}

/** Whom an edit is about. `anybody`: also one who is declared already, or not in the organization. */
interface Somebody {
  readonly person: PersonNumber;
  readonly anybody: boolean;
  readonly by: By;
  readonly role: Role;
}

/** A change of a program of single people; it does nothing to one with a roster. */
type RoleEdit =
  | (Somebody & {
      readonly edit: "declare";
      readonly name: number;
      readonly onDelete: OnDelete | undefined;
    })
  | { readonly edit: "undeclare"; readonly name: number }
  | { readonly edit: "rename"; readonly name: number; readonly to: number }
  | { readonly edit: "swap"; readonly name: number; readonly with: number }
  | { readonly edit: "reorder"; readonly by: number }
  | { readonly edit: "set role"; readonly name: number; readonly role: Role }
  | { readonly edit: "set onDelete"; readonly name: number; readonly onDelete: OnDelete | undefined }
  | { readonly edit: "name by"; readonly name: number; readonly by: By };

/** A change of a program with a roster; it does nothing to one of single people. */
type RosterEdit =
  | (Somebody & { readonly edit: "enter" })
  /** Somebody who is not there, to be invited. */
  | (Omit<Somebody, "anybody"> & { readonly edit: "invite" })
  /** What `adopt` does: those who are not declared are entered with the role that they have. */
  | { readonly edit: "enter all"; readonly who: "owners" | "everybody"; readonly by: By }
  | { readonly edit: "take out"; readonly entry: number; readonly count: number }
  /** Many at once, because what fails half-way needs several steps. */
  | { readonly edit: "set roles"; readonly roles: readonly (Role | null)[] }
  | { readonly edit: "name entry by"; readonly entry: number; readonly by: By }
  /** Takes out entries that mean nobody, or somebody who is declared already: what an error asks for. */
  | { readonly edit: "tidy up" }
  | { readonly edit: "set policies"; readonly policies: Policies };

/** A change of the program. Names and people are counted round what there is, so that a shorter story makes sense. */
export type Edit =
  | RoleEdit
  | RosterEdit
  | { readonly edit: "take the roster out" }
  | (Coming & { readonly edit: "come"; readonly name: number })
  /** Everybody leaves resources of their own for a roster, or the other way round. */
  | { readonly edit: "move in"; readonly policies: Policies }
  | { readonly edit: "move out"; readonly onDelete: OnDelete | undefined }
  /** A second roster, or what must not stand beside the roster: until the next edit, which takes it out again. */
  | (Coming & Somebody & { readonly edit: "put beside"; readonly roster: boolean; readonly first: boolean });

const index = fc.nat({ max: 11 });
const role = fc.constantFrom(...ROLES);
const by = fc.constantFrom<By>("userId", "email", "EMAIL", "decomposed");
const onDelete = fc.option(fc.constantFrom(...ON_DELETE), { nil: undefined });
const policies: fc.Arbitrary<Policies> = fc.record({
  undeclaredOwners: fc.constantFrom(undefined, ...ROSTER_POLICIES.undeclaredOwners),
  undeclaredMembers: fc.constantFrom(undefined, ...ROSTER_POLICIES.undeclaredMembers),
  absent: fc.constantFrom(undefined, "invite", "invite", ...INVITE_POLICIES.absent),
  undeclaredInvites: fc.constantFrom(undefined, undefined, ...INVITE_POLICIES.undeclaredInvites),
});
const somebody = {
  person: fc.nat({ max: PEOPLE - 1 }),
  anybody: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
  by,
  role,
};
const coming = {
  output: fc.constantFrom(undefined, "who" as const, "role" as const, "policy" as const),
  late: fc.constantFrom(undefined, undefined, 100, 3_000),
};

type Shape<E extends Edit["edit"]> = Omit<Extract<Edit, { edit: E }>, "edit">;

function one<E extends Edit["edit"]>(
  weight: number,
  edit: E,
  shape: { [K in keyof Shape<E>]: fc.Arbitrary<Shape<E>[K]> },
): fc.WeightedArbitrary<Edit> {
  return { weight, arbitrary: fc.record(shape).map((rest) => ({ edit, ...rest }) as unknown as Edit) };
}

/** Arbitrary changes of a program of single people. */
export const roleEdits = fc.oneof(
  one(6, "declare", { ...somebody, name: index, onDelete }),
  one(2, "undeclare", { name: index }),
  one(2, "rename", { name: index, to: index }),
  one(2, "swap", { name: index, with: index }),
  one(1, "reorder", { by: index }),
  one(2, "set role", { name: index, role }),
  one(1, "set onDelete", { name: index, onDelete }),
  one(2, "name by", { name: index, by }),
  one(1, "come", { ...coming, name: index }),
);

/** Arbitrary changes of a program with a roster. */
export const rosterEdits = fc.oneof(
  one(4, "enter", somebody),
  one(6, "invite", { person: somebody.person, by: fc.constantFrom("email", "EMAIL", "decomposed"), role }),
  one(4, "enter all", { who: fc.constantFrom("owners", "everybody"), by }),
  one(4, "take out", { entry: index, count: fc.integer({ min: 1, max: 4 }) }),
  one(4, "set roles", { roles: fc.array(fc.option(role, { freq: 2 }), { minLength: 1, maxLength: PEOPLE }) }),
  one(2, "name entry by", { entry: index, by }),
  one(4, "tidy up", {}),
  one(8, "set policies", { policies }),
  one(1, "take the roster out", {}),
  one(1, "come", { ...coming, name: index }),
  one(2, "put beside", { ...somebody, ...coming, roster: fc.boolean(), first: fc.boolean() }),
);

/** Arbitrary changes of a roster that invites people, and stays one. */
export const invitingEdits = fc.oneof(
  one(4, "invite", { person: somebody.person, by: fc.constantFrom("email", "EMAIL", "decomposed"), role }),
  one(2, "take out", { entry: index, count: fc.constantFrom(1, 2) }),
  one(2, "set roles", { roles: fc.array(fc.option(role, { freq: 1 }), { minLength: 1, maxLength: PEOPLE }) }),
  one(1, "tidy up", {}),
  one(1, "come", { ...coming, name: index }),
);

/** Arbitrary changes of a program that turns from the one into the other. */
export const movingEdits = fc.oneof(
  { weight: 3, arbitrary: rosterEdits },
  { weight: 2, arbitrary: roleEdits },
  { weight: 1, arbitrary: fc.oneof(one(1, "move in", { policies }), one(1, "move out", { onDelete })) },
);

/** The program after a change. `people` are the ids by number. */
export function edited(
  { roles, roster }: Program,
  edit: Edit,
  people: readonly string[],
  users: Users,
): Program {
  const program: Program = { roles, roster };
  const isRosterIn = roster !== undefined;
  switch (edit.edit) {
    case "come": {
      const { output, late } = edit;
      if (isRosterIn) return { roles, roster: { ...roster, output, late } };
      return { roles: changed(roles, edit.name, (declared) => ({ ...declared, output, late })) };
    }
    case "put beside": {
      const { output, late, first } = edit;
      const id = someone(edit, program, people, users);
      if (id === undefined) return program;
      const { role } = edit;
      const declared = edit.roster ? { members: { [id]: role }, policies: {} } : { userId: id, role };
      const mixed: Program = { ...program, beside: { ...declared, output, late, first } };
      return isMixed(mixed) ? mixed : program;
    }
    case "take the roster out":
      return { roles };
    case "move in": {
      const members = [...roles.values()].map(({ userId, email, role }) => [userId ?? email, role] as const);
      if (members.length === 0) return program;
      const roster = { members: Object.fromEntries(members) as Roster["members"], policies: edit.policies };
      return { ...EMPTY, roster };
    }
    case "move out": {
      const entries = Object.entries(roster?.members ?? {}).slice(0, NAMES.length);
      if (entries.length === 0) return program;
      const { onDelete } = edit;
      return {
        roles: new Map(
          entries.map(([key, role], i) => [nameOf(i), { ...personOf(key), role, onDelete }] as const),
        ),
      };
    }
    case "declare":
    case "undeclare":
    case "rename":
    case "swap":
    case "reorder":
    case "set role":
    case "set onDelete":
    case "name by":
      return isRosterIn ? program : { roles: editedRoles(roles, edit, people, users) };
    case "enter":
    case "invite":
    case "enter all":
    case "take out":
    case "set roles":
    case "name entry by":
    case "tidy up":
    case "set policies":
      return roles.size > 0 ? program : editedRoster(program, edit, people, users);
  }
}

function editedRoles(
  roles: Program["roles"],
  edit: RoleEdit,
  people: readonly string[],
  users: Users,
): Program["roles"] {
  const entries = [...roles];
  const [name, declared] = ("name" in edit ? entries[edit.name % entries.length] : undefined) ?? [];
  switch (edit.edit) {
    case "declare": {
      const id = someone(edit, { roles }, people, users);
      if (id === undefined) return roles;
      const { role, onDelete } = edit;
      return new Map(roles).set(nameOf(edit.name), { ...named(id, edit.by, users), role, onDelete });
    }
    case "undeclare":
      return new Map(entries.filter(([other]) => other !== name));
    case "rename": {
      const to = nameOf(edit.to);
      const exchanged = new Map([
        [name, to],
        [to, name ?? to],
      ]);
      return name === undefined
        ? roles
        : new Map(entries.map(([other, args]) => [exchanged.get(other) ?? other, args]));
    }
    case "swap": {
      const other = entries[edit.with % entries.length];
      if (name === undefined || declared === undefined || other === undefined) return roles;
      return new Map(roles).set(name, other[1]).set(other[0], declared);
    }
    case "reorder": {
      const cut = edit.by % Math.max(1, entries.length);
      return new Map([...entries.slice(cut), ...entries.slice(0, cut)]);
    }
    case "set role":
      return changed(roles, edit.name, (args) => ({ ...args, role: edit.role }));
    case "set onDelete":
      return changed(roles, edit.name, (args) => ({ ...args, onDelete: edit.onDelete }));
    case "name by":
      return changed(roles, edit.name, ({ userId, email, ...rest }) => {
        const id = userId ?? whoIs(email, users);
        return id === undefined ? { email: email ?? "", ...rest } : { ...named(id, edit.by, users), ...rest };
      });
  }
}

function editedRoster(program: Program, edit: RosterEdit, people: readonly string[], users: Users): Program {
  const { roster = { members: {}, policies: {} } } = program;
  const entries = Object.entries(roster.members);
  const at = "entry" in edit && entries.length > 0 ? edit.entry % entries.length : -1;
  const withMembers = (members: readonly (readonly [string, Role])[]): Program => ({
    ...program,
    roster: { ...roster, members: Object.fromEntries(members) },
  });
  const keyOf = (id: string, by: By): string => Object.values(named(id, by, users))[0] ?? id;
  switch (edit.edit) {
    case "enter": {
      const id = someone(edit, program, people, users);
      return id === undefined ? program : withMembers([...entries, [keyOf(id, edit.by), edit.role]]);
    }
    case "invite": {
      const entered = new Set(entries.map(([key]) => comparable(key)));
      const emails = people.flatMap((id, n) =>
        users.get(id) === undefined && !entered.has(comparable(emailOf(n))) ? [emailOf(n)] : [],
      );
      const email = emails[edit.person % emails.length];
      if (email === undefined) return program;
      const members = { ...roster.members, [spelt(email, edit.by)]: edit.role };
      return {
        ...program,
        roster: { ...roster, members, policies: { ...roster.policies, absent: "invite" } },
      };
    }
    case "enter all": {
      const declared = declaredIn(program, users);
      const found = people.flatMap((id) => {
        const role = users.get(id)?.role;
        const isMeant = role && !declared.has(id) && (edit.who === "everybody" || role === "owner");
        return isMeant ? [[keyOf(id, edit.by), role] as const] : [];
      });
      return withMembers([...entries, ...found]);
    }
    case "take out":
      return withMembers(entries.toSpliced(at, at < 0 ? 0 : edit.count));
    case "set roles":
      return withMembers(entries.map(([key, had], i) => [key, edit.roles[i % edit.roles.length] ?? had]));
    case "name entry by": {
      const id = whoIs(entries[at]?.[0], users);
      return id === undefined
        ? program
        : withMembers(entries.map(([key, role], i) => [i === at ? keyOf(id, edit.by) : key, role]));
    }
    case "tidy up": {
      const taken = new Set<string>();
      return withMembers(
        entries.filter(([key]) => {
          const id = whoIs(key, users);
          return id !== undefined && !taken.has(id) && taken.add(id);
        }),
      );
    }
    case "set policies":
      return { ...program, roster: { ...roster, policies: edit.policies } };
  }
}

/** The resources, one of them changed. */
function changed(
  roles: Program["roles"],
  name: number,
  change: (declared: Declared) => Declared,
): Program["roles"] {
  const [key, declared] = [...roles][name % roles.size] ?? [];
  return key === undefined || declared === undefined ? roles : new Map(roles).set(key, change(declared));
}

/** Who an edit is about. */
function someone(
  { person, anybody }: Somebody,
  program: Program,
  people: readonly string[],
  users: Users,
): string | undefined {
  const declared = declaredIn(program, users);
  const free = people.filter((id) => anybody || (users.get(id) !== undefined && !declared.has(id)));
  return free[person % free.length];
}

function declaredIn(program: Program, users: Users): ReadonlySet<string | undefined> {
  return new Set([...asRoles(program).values()].map(({ userId, email }) => userId ?? whoIs(email, users)));
}

function nameOf(index: number): string {
  return NAMES[index % NAMES.length] ?? "a";
}

/** How a declaration names a person. */
function named(id: string, by: By, users: Users): Pick<Declared, "userId" | "email"> {
  const email = users.get(id)?.email ?? `${id.replace("user-", "")}@example.com`;
  if (by === "userId") return { userId: id };
  return { email: spelt(email, by) };
}

function spelt(email: string, by: By): string {
  if (by === "decomposed") return email.normalize("NFD");
  return by === "EMAIL" ? email.toUpperCase() : email;
}

/** The first email of a person: those of the last two have an accent. */
export function emailOf(person: PersonNumber): string {
  return `p${person}${person < PEOPLE - 2 ? "" : "é"}@example.com`;
}
