import fc from "fast-check";

import type { Users } from "../../emulator/src";
import { INVITE_POLICIES, ON_DELETE, ROSTER_POLICIES } from "../../provider/src/organization/policies";
import { ROLES, type Role } from "../../provider/src/users-api/role";
import { acts, type ActOf } from "./acts";
import {
  asRoles,
  comparable,
  EMPTY,
  personOf,
  whoIs,
  type Declared,
  type Policies,
  type Program,
  type Roster,
} from "./program";

/** How many people take part, each known by a number; others only fill pages. */
export const PEOPLE = 7;

const NAMES = ["a", "b", "c", "d", "e", "f"];

/** How an email is spelt; accents can be written in two ways. */
type By = "userId" | "email" | "EMAIL" | "decomposed";

const index = fc.nat({ max: 11 });
export const person = fc.nat({ max: PEOPLE - 1 });
export const role = fc.constantFrom(...ROLES);
const by = fc.constantFrom<By>("userId", "email", "EMAIL", "decomposed");
const onDelete = fc.option(fc.constantFrom(...ON_DELETE), { nil: undefined });
const policies: fc.Arbitrary<Policies> = fc.record({
  undeclaredOwners: fc.constantFrom(undefined, ...ROSTER_POLICIES.undeclaredOwners),
  undeclaredMembers: fc.constantFrom(undefined, ...ROSTER_POLICIES.undeclaredMembers),
  absent: fc.constantFrom(undefined, "invite", "invite", ...INVITE_POLICIES.absent),
  undeclaredInvites: fc.constantFrom(undefined, undefined, ...INVITE_POLICIES.undeclaredInvites),
});
/** Whom an edit is about. `anybody`: also one who is declared already, or not in the organization. */
const somebody = { person, anybody: fc.integer({ min: 0, max: 9 }).map((n) => n === 9), by, role };
const coming = {
  output: fc.constantFrom(undefined, "who" as const, "role" as const, "policy" as const),
  late: fc.constantFrom(undefined, undefined, 100, 3_000),
};

/** Changes of a program of single people; they do nothing to one with a roster. */
const ROLE_EDITS = {
  declare: { ...somebody, name: index, onDelete },
  undeclare: { name: index },
  /** Whoever has the other name gets this one. */
  rename: { name: index, to: index },
  reorder: { by: index },
  change: {
    name: index,
    to: fc.oneof<fc.Arbitrary<Partial<Declared>>[]>(
      fc.record({ role }),
      fc.record({ role }),
      fc.record({ onDelete }),
      fc.record(coming),
    ),
  },
  "name by": { name: index, by },
};

/** Changes of a program with a roster; they do nothing to one of single people. */
const ROSTER_EDITS = {
  enter: somebody,
  /** Somebody who is not there, to be invited. */
  invite: { person, by: fc.constantFrom<By>("email", "EMAIL", "decomposed"), role },
  /** What `adopt` does: those who are not declared are entered with the role that they have. */
  "enter all": { who: fc.constantFrom<"owners" | "everybody">("owners", "everybody"), by },
  "take out": { entry: index, count: fc.integer({ min: 1, max: 4 }) },
  /** Many at once, because what fails half-way needs several steps. */
  "set roles": { roles: fc.array(fc.option(role, { freq: 2 }), { minLength: 1, maxLength: PEOPLE }) },
  "name entry by": { entry: index, by },
  /** Takes out entries that mean nobody, or somebody who is declared already: what an error asks for. */
  "tidy up": {},
  "set policies": { policies },
  come: coming,
};

const EDITS = {
  ...ROLE_EDITS,
  ...ROSTER_EDITS,
  "take the roster out": {},
  /** Everybody leaves resources of their own for a roster, or the other way round. */
  "move in": { policies },
  "move out": { onDelete },
};

type RoleEdit = ActOf<"edit", typeof ROLE_EDITS>;
type RosterEdit = ActOf<"edit", typeof ROSTER_EDITS>;
type Somebody = Pick<Extract<Edit, { edit: "enter" }>, "person" | "anybody">;

/** A change of the program. Names and people are counted round what there is, so that a shorter story makes sense. */
export type Edit = ActOf<"edit", typeof EDITS>;

/** Arbitrary changes of a program of single people. */
export const roleEdits = acts("edit", EDITS, {
  declare: 6,
  undeclare: 2,
  rename: 2,
  reorder: 1,
  change: 4,
  "name by": 2,
});

/** Arbitrary changes of a program with a roster. */
export const rosterEdits = acts("edit", EDITS, {
  enter: 4,
  invite: 6,
  "enter all": 4,
  "take out": 4,
  "set roles": 4,
  "name entry by": 2,
  "tidy up": 4,
  "set policies": 8,
  "take the roster out": 1,
  come: 1,
});

/** Arbitrary changes of a roster that invites people, and stays one. */
export const invitingEdits = acts("edit", EDITS, {
  invite: 4,
  "take out": 2,
  "set roles": 2,
  "tidy up": 1,
  come: 1,
});

/** Arbitrary changes of a program that turns from the one into the other. */
export const movingEdits = fc.oneof(
  { weight: 3, arbitrary: rosterEdits },
  { weight: 2, arbitrary: roleEdits },
  { weight: 1, arbitrary: acts("edit", EDITS, { "move in": 1, "move out": 1 }) },
);

function isIn<T extends object>(edit: Edit, table: T): edit is Extract<Edit, { edit: keyof T }> {
  return edit.edit in table;
}

/** The program after a change. `people` are the ids by number. */
export function edited(program: Program, edit: Edit, people: readonly string[], users: Users): Program {
  const { roles, roster } = program;
  if (isIn(edit, ROLE_EDITS))
    return roster === undefined ? { roles: editedRoles(roles, edit, people, users) } : program;
  if (isIn(edit, ROSTER_EDITS)) return roles.size > 0 ? program : editedRoster(program, edit, people, users);
  switch (edit.edit) {
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
  }
}

function editedRoles(
  roles: Program["roles"],
  edit: RoleEdit,
  people: readonly string[],
  users: Users,
): Program["roles"] {
  const entries = [...roles];
  if (edit.edit === "declare") {
    const id = someone(edit, { roles }, people, users);
    if (id === undefined) return roles;
    const { role, onDelete } = edit;
    return new Map(roles).set(nameOf(edit.name), { ...named(id, edit.by, users), role, onDelete });
  }
  if (edit.edit === "reorder") {
    const cut = edit.by % Math.max(1, entries.length);
    return new Map([...entries.slice(cut), ...entries.slice(0, cut)]);
  }
  const [name, declared] = entries[edit.name % entries.length] ?? [];
  if (name === undefined || declared === undefined) return roles;
  switch (edit.edit) {
    case "undeclare":
      return new Map(entries.filter(([other]) => other !== name));
    case "rename": {
      const to = nameOf(edit.to);
      const exchanged = new Map([
        [name, to],
        [to, name],
      ]);
      return new Map(entries.map(([other, args]) => [exchanged.get(other) ?? other, args]));
    }
    case "change":
      return new Map(roles).set(name, { ...declared, ...edit.to });
    case "name by": {
      const { userId, email, ...rest } = declared;
      const id = userId ?? whoIs(email, users);
      return id === undefined ? roles : new Map(roles).set(name, { ...named(id, edit.by, users), ...rest });
    }
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
    case "come":
      return program.roster === undefined
        ? program
        : { ...program, roster: { ...roster, output: edit.output, late: edit.late } };
  }
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
export function emailOf(person: number): string {
  return `p${person}${person < PEOPLE - 2 ? "" : "é"}@example.com`;
}
