import fc from "fast-check";

import type { Invites, Users } from "../../emulator/src";
import type { Role } from "../../provider/src/users-api/role";
import { FAULTS, PLAIN, WRITES, type Death, type Fault, type Habits } from "./memoryServer";
import {
  emailOf,
  invitingEdits,
  movingEdits,
  PEOPLE,
  roleEdits,
  rosterEdits,
  type Edit,
  type PersonNumber,
} from "./edits";
import { comparable } from "./program";
import type { Limits } from "./promises";
import type { EngineOptions } from "./simulatedEngine";

/** What somebody does in the organization's settings, behind Pulumi's back. */
export type Outside =
  | { readonly outside: "set role"; readonly person: PersonNumber; readonly role: Role | null }
  | { readonly outside: "leave"; readonly person: PersonNumber }
  /** Comes (back), under the id of before or under another one. */
  | { readonly outside: "join"; readonly person: PersonNumber; readonly anew: boolean; readonly role: Role }
  /**
   * Takes the person's first email (back), or one that nobody ever had. Nobody takes an email that the program may know
   * as somebody else's: whom a resource means then depends on when it was declared, and the guards, which keep everybody
   * who may be meant, can refuse what a fresh program could have.
   */
  | { readonly outside: "change email"; readonly person: PersonNumber; readonly to: PersonNumber }
  /** Of the person's first email, by hand. */
  | { readonly outside: "invite"; readonly person: PersonNumber; readonly role: "owner" | "reader" }
  /** What becomes of a pending invitation. Whoever accepts elsewhere has another email than was invited. */
  | { readonly outside: "accept" | "accept elsewhere" | "let expire" | "revoke"; readonly invite: number }
  /** Takes the email of somebody else, who keeps it or gets this person's. */
  | {
      readonly outside: "share email" | "swap emails";
      readonly person: PersonNumber;
      readonly with: PersonNumber;
    }
  /** Somebody's first email becomes a second one of this person, if nobody has it. */
  | { readonly outside: "add alias"; readonly person: PersonNumber; readonly to: PersonNumber }
  /** From now on no answer has the person's email, or all have it again. */
  | { readonly outside: "hide email"; readonly person: PersonNumber }
  /** Time passes. */
  | { readonly outside: "wait"; readonly minutes: number };

/** What happens to the requests of an operation, as data. */
export interface Trouble {
  readonly faults: readonly (readonly [at: number, fault: Fault])[];
  readonly latencies: readonly number[];
  readonly death?: { readonly at: number; readonly when: Death } | undefined;
}

/** A command. */
export interface Run {
  readonly run: "up" | "preview" | "refresh" | "destroy";
  readonly options: EngineOptions;
  readonly limits: Limits;
  readonly trouble: Trouble;
}

/** One step of a sequence. */
export type Step = Edit | Outside | Run;

/** A whole story: who is there at first, and what happens then. */
export interface Story {
  /** The role of each person, or null where that person is not in the organization. */
  readonly people: readonly (Role | null)[];
  /** How many others there are. */
  readonly others: number;
  readonly habits?: Habits;
  readonly steps: readonly Step[];
}

/** An operation that goes well. */
export const QUIET: Pick<Run, "options" | "trouble"> = {
  options: { refresh: true, parallel: 8, continueOnError: false, newConfiguration: false, newVersion: false },
  trouble: { faults: [], latencies: [10] },
};

const person = fc.nat({ max: PEOPLE - 1 });
const role = fc.constantFrom<Role>("owner", "member", "reader");

const outsideOfPeople: fc.Arbitrary<Outside> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      outside: fc.constant("set role" as const),
      person,
      role: fc.option(role, { freq: 12, nil: null }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ outside: fc.constant("leave" as const), person }) },
  {
    weight: 2,
    arbitrary: fc.record({ outside: fc.constant("join" as const), person, anew: fc.boolean(), role }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ outside: fc.constant("change email" as const), person, to: person }),
  },
);

const outsideOfInvites: fc.Arbitrary<Outside> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      outside: fc.constant("invite" as const),
      person,
      role: fc.constantFrom("owner" as const, "reader" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      outside: fc.constantFrom("accept" as const, "accept", "accept elsewhere", "let expire", "revoke"),
      invite: fc.nat({ max: 5 }),
    }),
  },
);

/** What only a roster has to bear: resources of single people look people up by what they are declared by. */
const outsideOfRosters: fc.Arbitrary<Outside> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      outside: fc.constantFrom("share email" as const, "swap emails"),
      person,
      with: person,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ outside: fc.constant("add alias" as const), person, to: person }),
  },
  { weight: 2, arbitrary: fc.record({ outside: fc.constant("hide email" as const), person }) },
);

const outsideOfTime: fc.Arbitrary<Outside> = fc.record({
  outside: fc.constant("wait" as const),
  // Somewhat more than half an hour, and than an invitation lasts.
  minutes: fc.constantFrom(35, 100, 8 * 24 * 60),
});

const habits: fc.Arbitrary<Habits> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(PLAIN) },
  {
    weight: 2,
    arbitrary: fc.record({
      lag: fc.constantFrom(0, 0, 1, 2),
      saysPending: fc.boolean(),
      minds: fc.boolean(),
      composes: fc.boolean(),
    }),
  },
);

const at = fc.oneof(
  fc.nat({ max: 5 }),
  fc.nat({ max: 15 }),
  fc.nat({ max: 4 }).map((n) => WRITES + n),
);

/** Most are recovered from, so that which ends an operation half-way comes more often. */
const fault = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Fault>("answered 400") },
  { weight: 2, arbitrary: fc.constantFrom(...FAULTS) },
);

const trouble: fc.Arbitrary<Trouble> = fc.record({
  faults: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(at, fault), { maxLength: 5 }) },
  ),
  latencies: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }),
  death: fc.option(
    fc.record({ at, when: fc.constantFrom<Death>("before it is applied", "after it is applied") }),
    { freq: 6, nil: undefined },
  ),
});

const options: fc.Arbitrary<EngineOptions> = fc.record({
  refresh: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
  parallel: fc.constantFrom(1, 2, 8, 16),
  continueOnError: fc.boolean(),
  newConfiguration: fc.boolean(),
  newVersion: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
});

const limits: fc.Arbitrary<Limits> = fc.record({
  minOwners: fc.constantFrom(1, 1, 1, 1, 1, 1, 0, 2, 3),
  maxRemovals: fc.constantFrom(3, 3, 100, 0, 1),
  maxInvites: fc.constantFrom(10, 10, 10, 1, 0),
});

const run: fc.Arbitrary<Run> = fc.record({
  run: fc.constantFrom("up" as const, "up", "up", "up", "up", "preview", "refresh", "destroy"),
  options,
  limits,
  trouble,
});

function storiesOf(
  edits: fc.Arbitrary<Edit>,
  others: readonly number[],
  outside: fc.Arbitrary<Outside> = outsideOfPeople,
): fc.Arbitrary<Story> {
  return fc.record({
    people: fc.array(fc.option(role, { freq: 5, nil: null }), { minLength: PEOPLE, maxLength: PEOPLE }),
    others: fc.constantFrom(...others),
    steps: fc.array(
      fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
        { weight: 5, arbitrary: edits },
        { weight: 2, arbitrary: outside },
        { weight: 4, arbitrary: run },
      ),
      { maxLength: 30, size: "max" },
    ),
  });
}

/** Arbitrary stories of a program that declares people one by one. */
export const stories = storiesOf(roleEdits, [0, 0, 120, 250]);

const firstUp: Run = { run: "up", ...QUIET, limits: { minOwners: 1, maxRemovals: 3, maxInvites: 10 } };

/**
 * Most stories begin with the roster of an organization that was taken over, as little happens in an empty program. Most
 * organizations are small: among many undeclared members some policies can do nothing but refuse.
 */
function storiesOfRoster(
  edits: fc.Arbitrary<Edit>,
  ...outside: readonly fc.Arbitrary<Outside>[]
): fc.Arbitrary<Story> {
  const begin = fc.constantFrom<readonly Step[]>(
    [],
    [{ edit: "enter all", who: "owners", by: "userId" }, firstUp],
    [{ edit: "enter all", who: "everybody", by: "email" }],
    [{ edit: "enter all", who: "everybody", by: "EMAIL" }, firstUp],
    [
      { edit: "enter all", who: "everybody", by: "userId" },
      { edit: "invite", person: 0, by: "email", role: "member" },
      firstUp,
    ],
  );
  return fc
    .tuple(
      storiesOf(
        edits,
        [0, 0, 0, 0, 120, 250],
        fc.oneof(outsideOfPeople, outsideOfInvites, outsideOfTime, ...outside),
      ),
      begin,
      habits,
    )
    .map(([story, first, habits]) => ({ ...story, steps: [...first, ...story.steps], habits }));
}

/** Arbitrary stories of a program with a roster. */
export const storiesOfRosterAlone = storiesOfRoster(rosterEdits, outsideOfRosters);

/** As above, where the program turns into one of single people, and back. */
export const storiesOfMoving = storiesOfRoster(movingEdits);

/** Where a story takes place. */
interface Scene {
  readonly users: Users;
  readonly invites: Invites;
  /** In Unix seconds. */
  readonly now: () => number;
  /** The ids of those whose email no answer has. */
  readonly hidden: Set<string>;
}

/** Arbitrary stories of those whom a roster invites: what becomes of an invitation takes several updates to show. */
export const storiesOfInvitations: fc.Arbitrary<Story> = fc
  .record({
    people: fc.array(fc.constantFrom<Role | null>("member", null, null), {
      minLength: PEOPLE - 1,
      maxLength: PEOPLE - 1,
    }),
    undeclaredMembers: fc.constantFrom("remove" as const, "warn"),
    undeclaredInvites: fc.constantFrom(undefined, "ignore" as const, "revoke"),
    invited: fc.array(fc.tuple(person, role), { minLength: 1, maxLength: 3 }),
    habits,
    steps: fc.array(
      fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
        { weight: 2, arbitrary: invitingEdits },
        { weight: 4, arbitrary: outsideOfInvites },
        { weight: 2, arbitrary: outsideOfTime },
        { weight: 2, arbitrary: fc.oneof(outsideOfPeople, outsideOfRosters) },
        {
          weight: 6,
          arbitrary: fc.record({
            run: fc.constantFrom("up" as const, "up", "up", "refresh"),
            options,
            limits: fc.record({
              minOwners: fc.constant(1),
              maxRemovals: fc.constant(100),
              maxInvites: fc.constantFrom(10, 10, 1),
            }),
            trouble,
          }),
        },
      ),
      { maxLength: 25, size: "max" },
    ),
  })
  .map(({ people, undeclaredMembers, undeclaredInvites, invited, habits, steps }) => ({
    people: ["owner", ...people],
    others: 0,
    habits,
    steps: [
      { edit: "enter all", who: "everybody", by: "email" },
      ...invited.map(([person, role]): Step => ({ edit: "invite", person, by: "email", role })),
      { edit: "set policies", policies: { undeclaredMembers, undeclaredInvites, absent: "invite" } },
      firstUp,
      ...steps,
    ],
  }));

/** The people of a story, in an organization. */
export class Cast {
  /** The id under which each person was last there. */
  readonly ids: string[];
  readonly #scene: Scene;
  #anew = 0;

  constructor(scene: Scene, { people, others }: Pick<Story, "people" | "others">) {
    this.#scene = scene;
    this.ids = people.map((_, n) => `user-p${n}`);
    for (const [n, role] of people.entries()) if (role !== null) this.#add({ person: n, role });
    for (let n = 0; n < others; n++)
      scene.users.add({ id: `user-other${n}`, email: `other${n}@example.com` });
  }

  /** Does what is done from outside. */
  act(outside: Outside): void {
    if (outside.outside === "wait") return;
    if ("invite" in outside) {
      this.#answer(outside);
      return;
    }
    const { users, invites, hidden } = this.#scene;
    const id = this.ids[outside.person] ?? "";
    const user = users.get(id);
    switch (outside.outside) {
      case "set role":
        if (user !== undefined) users.change(id, { role: outside.role });
        return;
      case "leave":
        hidden.delete(id);
        users.remove(id);
        return;
      case "join":
        if (user !== undefined) return;
        if (outside.anew) this.ids[outside.person] = `user-p${outside.person}-${++this.#anew}`;
        this.#add({ ...outside, added_at: this.#scene.now() });
        return;
      case "invite": {
        const email = emailOf(outside.person);
        if (user === undefined && !this.#isTaken(email)) invites.add({ email, role: outside.role });
        return;
      }
      case "change email":
        if (user !== undefined)
          users.change(id, { email: this.#freeEmail(outside.person, outside.to !== outside.person) });
        return;
      case "share email":
      case "swap emails": {
        const other = users.get(this.ids[outside.with] ?? "");
        if (user === undefined || other === undefined) return;
        users.change(id, { email: other.email });
        if (outside.outside === "swap emails") users.change(other.id, { email: user.email });
        return;
      }
      case "add alias": {
        const email = emailOf(outside.to);
        if (user !== undefined && !this.#isTaken(email)) users.change(id, { aliases: [email] });
        return;
      }
      case "hide email":
        if (user !== undefined && !hidden.delete(id)) hidden.add(id);
    }
  }

  /** Who accepts is there under a new id. Nobody can who is there already. */
  #answer({ outside, invite }: Extract<Outside, { invite: number }>): void {
    const { users, invites, now } = this.#scene;
    const pending = invites.all().filter(({ status }) => status === "pending");
    const { id, email } = pending[invite % pending.length] ?? {};
    if (id === undefined || email === undefined) return;
    if (outside === "revoke") invites.remove(id);
    if (outside === "let expire") invites.expire(id);
    if (outside !== "accept" && outside !== "accept elsewhere") return;
    const person = Number(/^p(\d)/i.exec(email)?.[1]);
    if (this.#isTaken(email) || users.get(this.ids[person] ?? "") !== undefined) return;
    const user = invites.accept(id);
    const other = outside === "accept" ? {} : { email: this.#freeEmail(person, true) };
    users.change(user.id, { added_at: now(), ...other });
    this.ids[person] = user.id;
  }

  #add({ person, role, added_at }: { person: PersonNumber; role: Role; added_at?: number }): void {
    const id = this.ids[person] ?? "";
    this.#scene.hidden.delete(id);
    this.#scene.users.add({ id, email: this.#freeEmail(person), role, ...(added_at && { added_at }) });
  }

  #freeEmail(person: PersonNumber, another = false): string {
    const first = emailOf(person);
    return !another && !this.#isTaken(first) ? first : `p${person}-${++this.#anew}@example.com`;
  }

  /** Whether somebody has an email, as the first one or as another. */
  #isTaken(email: string): boolean {
    const is = (other: string): boolean => comparable(other) === comparable(email);
    return this.#scene.users.all().some((user) => is(user.email ?? "") || user.aliases?.some(is));
  }
}

/** Whether a step is a command. */
export function isRun(step: Step): step is Run {
  return "run" in step;
}
