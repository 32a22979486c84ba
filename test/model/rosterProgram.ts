import fc from "fast-check";

import type { Users } from "../../emulator/src";
import { ELSEWHERE } from "../../provider/src/organization/declaredBy";
import { ROSTER_POLICIES } from "../../provider/src/organization/rosterPolicies";
import type { Role } from "../../provider/src/users-api/role";
import {
  by,
  edited as editedRoles,
  edits as roleEdits,
  index,
  named,
  PEOPLE,
  registrations as roleRegistrations,
  role,
  type Edit as RoleEdit,
  type PersonNumber,
  type Program,
} from "./program";
import { QUIET, storiesOf, type Run, type Step, type Story } from "./sequence";
import type { Registration } from "./simulatedEngine";

/** What a roster can say of people whom it does not name; the default where it says nothing. */
export type Policies = {
  readonly [policy in keyof typeof ROSTER_POLICIES]?: (typeof ROSTER_POLICIES)[policy][number] | undefined;
};

/** A program with a roster, and with people who have an OrganizationUserRole of their own. */
export interface RosterProgram {
  /** Roles by email or id. */
  readonly members: Readonly<Record<string, Role>>;
  readonly policies: Policies;
  /** Whether the roster stands in the program; taken out, it can be put back as it was. */
  readonly present: boolean;
  readonly own: Program;
}

/** Nothing is declared yet. */
export const EMPTY: RosterProgram = { members: {}, policies: {}, present: false, own: new Map() };

/** The roster's name in the program, and its id. */
export const ROSTER = "roster";

type By = "userId" | "email" | "EMAIL";

/** A change of the program. Entries and people are counted round what there is, as in program.ts. */
export type RosterEdit =
  | {
      readonly edit: "enter";
      readonly person: PersonNumber;
      /** Whether the person may be one who is declared already, or not in the organization. */
      readonly anybody: boolean;
      readonly by: By;
      readonly role: Role;
    }
  /** What `adopt` does: those who are declared nowhere are entered with the role that they have. */
  | { readonly edit: "enter all"; readonly who: "owners" | "everybody"; readonly by: By }
  | { readonly edit: "take out"; readonly entry: number; readonly count: number }
  /** Many at once, because what fails half-way needs several steps. */
  | { readonly edit: "set roles"; readonly roles: readonly (Role | null)[] }
  | { readonly edit: "name entry by"; readonly entry: number; readonly by: By }
  /** Takes out entries that mean nobody, or somebody who is declared already: what an error asks for. */
  | { readonly edit: "tidy up" }
  | { readonly edit: "set policies"; readonly policies: Policies }
  | { readonly edit: "set presence"; readonly present: boolean }
  /** A person leaves the roster for a resource of its own, or comes back. */
  | { readonly edit: "move out"; readonly entry: number; readonly name: string }
  | { readonly edit: "move in"; readonly name: number }
  | { readonly edit: "own"; readonly change: RoleEdit };

const entry = index;

function policy<T>(values: readonly T[]): fc.Arbitrary<T | undefined> {
  return fc.constantFrom(undefined, ...values);
}

const rosterEdits = fc.oneof<fc.WeightedArbitrary<RosterEdit>[]>(
  {
    weight: 4,
    arbitrary: fc.record({
      edit: fc.constant("enter" as const),
      person: fc.nat({ max: PEOPLE - 1 }),
      anybody: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
      by,
      role,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      edit: fc.constant("enter all" as const),
      who: fc.constantFrom("owners" as const, "everybody" as const),
      by,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      edit: fc.constant("take out" as const),
      entry,
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      edit: fc.constant("set roles" as const),
      roles: fc.array(fc.option(role, { freq: 2 }), { minLength: 1, maxLength: PEOPLE }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("name entry by" as const), entry, by }) },
  { weight: 4, arbitrary: fc.record({ edit: fc.constant("tidy up" as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      edit: fc.constant("set policies" as const),
      policies: fc.record({
        undeclaredOwners: policy(ROSTER_POLICIES.undeclaredOwners),
        undeclaredMembers: policy(ROSTER_POLICIES.undeclaredMembers),
        onRemove: policy(ROSTER_POLICIES.onRemove),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      edit: fc.constant("set presence" as const),
      present: fc.integer({ min: 0, max: 2 }).map((n) => n > 0),
    }),
  },
);

const ownEdits = fc.oneof<fc.WeightedArbitrary<RosterEdit>[]>(
  {
    weight: 2,
    arbitrary: fc.record({
      edit: fc.constant("move out" as const),
      entry,
      name: fc.constantFrom("a", "b", "c"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("move in" as const), name: index }) },
  { weight: 3, arbitrary: fc.record({ edit: fc.constant("own" as const), change: roleEdits }) },
);

const firstUp: Run = { run: "up", ...QUIET, limits: { minOwners: 1, maxRemovals: 3 } };

/**
 * Most stories begin with the roster of an organization that was taken over, as little happens in an empty program. Most
 * organizations are small: among many undeclared members some policies can do nothing but refuse.
 */
function storiesOfRoster(edits: fc.Arbitrary<RosterEdit>): fc.Arbitrary<Story<RosterEdit>> {
  const begin = fc.constantFrom<readonly Step<RosterEdit>[]>(
    [],
    [{ edit: "enter all", who: "owners", by: "userId" }, firstUp],
    [{ edit: "enter all", who: "everybody", by: "email" }],
    [{ edit: "enter all", who: "everybody", by: "EMAIL" }, firstUp],
  );
  return fc
    .tuple(storiesOf(edits, [0, 0, 0, 0, 120, 250]), begin)
    .map(([story, first]) => ({ ...story, steps: [...first, ...story.steps] }));
}

/** Arbitrary stories of a program with a roster alone. */
export const storiesOfRosterAlone = storiesOfRoster(rosterEdits);

/** As above, where people move between the roster and resources of their own, too. */
export const storiesOfBoth = storiesOfRoster(
  fc.oneof({ weight: 3, arbitrary: rosterEdits }, { weight: 2, arbitrary: ownEdits }),
);

/** The program after a change. `people` are the ids by number. */
export function edited(
  program: RosterProgram,
  edit: RosterEdit,
  people: readonly string[],
  users: Users,
): RosterProgram {
  const { own } = program;
  const entries = Object.entries(program.members);
  const at = "entry" in edit && entries.length > 0 ? edit.entry % entries.length : -1;
  const [key = "", had = "member" as const] = entries[at] ?? [];
  const others = Object.fromEntries(entries.toSpliced(at, at < 0 ? 0 : 1));
  const declared = new Set(
    [...asRoles(program).values()].map((args) => whoIs(args.userId ?? args.email, users)),
  );
  switch (edit.edit) {
    case "enter": {
      const free = people.filter((id) => edit.anybody || (users.get(id) !== undefined && !declared.has(id)));
      const id = free[edit.person % free.length];
      return id === undefined ? program : entering(program, { [keyOf(id, edit.by, users)]: edit.role });
    }
    case "enter all": {
      const found: Record<string, Role> = {};
      for (const id of people) {
        const user = users.get(id);
        if (user === undefined || declared.has(id) || (edit.who === "owners" && user.role !== "owner"))
          continue;
        found[keyOf(id, edit.by, users)] = user.role ?? "member";
      }
      return entering(program, found);
    }
    case "take out":
      return {
        ...program,
        members: Object.fromEntries(entries.toSpliced(at, at < 0 ? 0 : edit.count)),
      };
    case "set roles": {
      const roles = entries.map(([member, role], i) => [member, edit.roles[i % edit.roles.length] ?? role]);
      return { ...program, members: Object.fromEntries(roles) as RosterProgram["members"] };
    }
    case "name entry by": {
      const id = whoIs(key, users);
      if (id === undefined) return program;
      return { ...program, members: { ...others, [keyOf(id, edit.by, users)]: had } };
    }
    case "tidy up": {
      const taken = new Set([...own.values()].map((args) => whoIs(args.userId ?? args.email, users)));
      const sound = entries.filter(([member]) => {
        const id = whoIs(member, users);
        const isNew = id !== undefined && !taken.has(id);
        taken.add(id);
        return isNew;
      });
      return { ...program, members: Object.fromEntries(sound) };
    }
    case "set policies":
      return { ...program, policies: edit.policies };
    case "set presence":
      return { ...program, present: edit.present };
    case "move out": {
      if (at < 0) return program;
      const args = { ...personOf(key), role: had };
      return { ...program, members: others, own: new Map(own).set(edit.name, args) };
    }
    case "move in": {
      const [name, args] = [...own][edit.name % Math.max(1, own.size)] ?? [];
      if (name === undefined || args === undefined) return program;
      const rest = new Map([...own].filter(([other]) => other !== name));
      return entering({ ...program, own: rest }, { [args.userId ?? args.email ?? ""]: args.role });
    }
    case "own": {
      const inRoster = new Set(Object.keys(program.members).map((member) => whoIs(member, users)));
      const free = people.filter((id) => !inRoster.has(id));
      return { ...program, own: editedRoles(own, edit.change, free, users) };
    }
  }
}

/** A roster is, to whoever asks what becomes of the people it names, a role for each of them. */
export function asRoles({ members, present, own }: RosterProgram): Program {
  const entries = present ? Object.entries(members) : [];
  return new Map([
    ...own,
    ...entries.map(([key, role]) => [`${ROSTER} ${key}`, { ...personOf(key), role }] as const),
  ]);
}

/**
 * What the engine is told of a program, in the order in which it hears of it: a roster waits until the program has said
 * whom it declares besides, and resources of people who are no owners wait for those of owners.
 */
export function registrations({ members, policies, present, own }: RosterProgram): Registration[] {
  const isOwner = ([, args]: readonly [string, { readonly role: Role }]): boolean => args.role === "owner";
  const elsewhere = [...own.values()].map(({ userId, email }) => userId ?? email);
  const roster: Registration = {
    kind: "roster",
    name: ROSTER,
    args: { members, ...policies, [ELSEWHERE]: elsewhere },
  };
  return [
    ...roleRegistrations(new Map([...own].filter(isOwner))),
    ...(present ? [roster] : []),
    ...roleRegistrations(new Map([...own].filter((one) => !isOwner(one)))),
  ];
}

/** Whom an email or an id means, to somebody who looks at the organization as it is. */
export function whoIs(key: string | undefined, users: Users): string | undefined {
  if (key === undefined) return undefined;
  return (key.includes("@") ? users.byEmail(key) : users.get(key))?.id;
}

/** Puts people into the roster, and with them the roster into the program. */
function entering(program: RosterProgram, entries: RosterProgram["members"]): RosterProgram {
  return { ...program, present: true, members: { ...program.members, ...entries } };
}

function keyOf(id: string, by: By, users: Users): string {
  const { userId, email } = named(id, by, users);
  return userId ?? email ?? id;
}

function personOf(key: string): { readonly userId: string } | { readonly email: string } {
  return key.includes("@") ? { email: key } : { userId: key };
}
