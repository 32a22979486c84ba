import fc from "fast-check";

import type { Role } from "../../provider/src/users-api/role";
import {
  outsideOfInvites,
  outsideOfPeople,
  outsideOfRosters,
  outsideOfTime,
  type Opening,
  type Outside,
} from "./cast";
import { invitingEdits, movingEdits, PEOPLE, person, role, roleEdits, rosterEdits, type Edit } from "./edits";
import {
  CALM,
  FAULTS,
  PLAIN,
  WRITES,
  type Death,
  type Fault,
  type Habits,
  type Trouble,
} from "./memoryServer";
import type { EngineOptions } from "./simulatedEngine";

/** The limits of one operation. */
export interface Limits {
  readonly minOwners: number;
  readonly maxRemovals: number;
  /** Default 10. */
  readonly maxInvites?: number;
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
export interface Story extends Opening {
  readonly habits?: Habits;
  readonly steps: readonly Step[];
}

/** An operation that goes well. */
export const QUIET: Pick<Run, "options" | "trouble"> = {
  options: { refresh: true, parallel: 8, continueOnError: false, newConfiguration: false, newVersion: false },
  trouble: CALM,
};

const habits: fc.Arbitrary<Habits> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(PLAIN) },
  {
    weight: 2,
    arbitrary: fc.record({
      lag: fc.constantFrom(0, 0, 1, 2),
      saysPending: fc.boolean(),
      minds: fc.boolean(),
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

/** How likely an edit is, something from outside, or a command. */
const weighted = (
  edits: fc.Arbitrary<Edit>,
  outside: fc.Arbitrary<Outside>,
): fc.MaybeWeightedArbitrary<Step>[] => [
  { weight: 5, arbitrary: edits },
  { weight: 2, arbitrary: outside },
  { weight: 4, arbitrary: run },
];

/** What a kind of story is made of besides its steps; `begin` comes before them. */
const INGREDIENTS = {
  people: fc.array(fc.option(role, { freq: 5, nil: null }), { minLength: PEOPLE, maxLength: PEOPLE }),
  others: fc.constant<number>(0),
  habits: fc.constant(PLAIN),
  begin: fc.constant<readonly Step[]>([]),
};

function storiesOf(
  steps: fc.MaybeWeightedArbitrary<Step>[],
  ingredients: Partial<typeof INGREDIENTS> = {},
): fc.Arbitrary<Story> {
  const after = fc.array(fc.oneof(...steps), { maxLength: 30, size: "max" });
  return fc
    .record({ ...INGREDIENTS, ...ingredients, after })
    .map(({ begin, after, ...story }) => ({ ...story, steps: [...begin, ...after] }));
}

/** Arbitrary stories of a program that declares people one by one. */
export const stories = storiesOf(weighted(roleEdits, outsideOfPeople), {
  others: fc.constantFrom(0, 0, 120, 250),
});

/** An update that goes well. */
export const UP: Run = { run: "up", ...QUIET, limits: { minOwners: 1, maxRemovals: 3 } };

/**
 * Most stories begin with the roster of an organization that was adopted, as little happens in an empty program. Most
 * organizations are small: among many undeclared members some policies can do nothing but refuse.
 */
const ofRosters = {
  others: fc.constantFrom(0, 0, 0, 0, 120, 250),
  habits,
  begin: fc.constantFrom<readonly Step[]>(
    [],
    [{ edit: "enter all", who: "owners", by: "userId" }, UP],
    [{ edit: "enter all", who: "everybody", by: "email" }],
    [{ edit: "enter all", who: "everybody", by: "EMAIL" }, UP],
    [
      { edit: "enter all", who: "everybody", by: "userId" },
      { edit: "invite", person: 0, by: "email", role: "member" },
      UP,
    ],
  ),
};

/** Arbitrary stories of a program with a roster. */
export const storiesOfRosterAlone = storiesOf(
  weighted(rosterEdits, fc.oneof(outsideOfPeople, outsideOfInvites, outsideOfTime, outsideOfRosters)),
  ofRosters,
);

/** As above, where the program turns into one of single people, and back. */
export const storiesOfMoving = storiesOf(
  weighted(movingEdits, fc.oneof(outsideOfPeople, outsideOfInvites, outsideOfTime)),
  ofRosters,
);

/** Arbitrary stories of those whom a roster invites: what becomes of an invitation takes several updates to show. */
export const storiesOfInvitations = storiesOf(
  [
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
  ],
  {
    people: fc
      .array(fc.constantFrom<Role | null>("member", null, null), {
        minLength: PEOPLE - 1,
        maxLength: PEOPLE - 1,
      })
      .map((others) => ["owner", ...others]),
    habits,
    begin: fc
      .record({
        invited: fc.array(fc.tuple(person, role), { minLength: 1, maxLength: 3 }),
        policies: fc.record({
          undeclaredMembers: fc.constantFrom("remove" as const, "warn"),
          undeclaredInvites: fc.constantFrom(undefined, "ignore" as const, "revoke"),
          absent: fc.constant("invite" as const),
        }),
      })
      .map(({ invited, policies }): Step[] => [
        { edit: "enter all", who: "everybody", by: "email" },
        ...invited.map(([person, role]): Step => ({ edit: "invite", person, by: "email", role })),
        { edit: "set policies", policies },
        UP,
      ]),
  },
);

/** Whether a step is a command. */
export function isRun(step: Step): step is Run {
  return "run" in step;
}
