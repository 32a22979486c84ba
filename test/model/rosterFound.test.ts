import type { RosterEdit } from "./rosterProgram";
import { RosterWorld } from "./rosterWorld";
import { QUIET, type Run, type Story } from "./sequence";

const LIMITS = { minOwners: 1, maxRemovals: 3 };
const QUIET_UP: Run = { run: "up", ...QUIET, limits: LIMITS };
/** The engine waits for the roster before it looks at what the program declares after it. */
const ONE_BY_ONE: Run = { ...QUIET_UP, options: { ...QUIET.options, parallel: 1 } };
const UNREFRESHED: Run = { ...QUIET_UP, options: { ...ONE_BY_ONE.options, refresh: false } };

/** A member has a resource of its own, by an email that is another one by now; the roster is to remove strangers. */
const keptByOldEmail: Story<RosterEdit> = {
  people: ["owner", "member", null, null, null, null, null],
  others: 0,
  steps: [
    { edit: "enter all", who: "everybody", by: "email" },
    { edit: "move out", entry: 1, name: "a" },
    QUIET_UP,
    { outside: "change email", person: 1, to: 0 },
    { edit: "set policies", policies: { undeclaredMembers: "remove" } },
  ],
};

/** What the arbitrary stories of rosterMemory.test.ts have found, each cut down to what it takes. All were bugs. */
const FOUND: Readonly<Record<string, Story<RosterEdit>>> = {
  "a person whose own resource knows an email of before is declared, and no preview speaks of a removal": {
    ...keptByOldEmail,
    steps: [...keptByOldEmail.steps, ONE_BY_ONE],
  },
  "without a refresh a roster removes nobody as long as it does not know whom an email of before means": {
    ...keptByOldEmail,
    steps: [...keptByOldEmail.steps, UNREFRESHED],
  },
  "an owner whom the roster was to demote, and is to complain about by now, fails the preview already": {
    people: ["owner", "member", null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      { edit: "set policies", policies: { undeclaredOwners: "demote" } },
      QUIET_UP,
      { outside: "set role", person: 1, role: "owner" },
      { edit: "set policies", policies: {} },
      { ...QUIET_UP, run: "preview" },
    ],
  },
};

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

test.each(Object.entries(FOUND))("%s", async (_what, story) => {
  const world = new RosterWorld(story);
  await world.live(story.steps);
  await world.settle();
});
