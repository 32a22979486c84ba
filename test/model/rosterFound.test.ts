import { DOORS } from "../handlers";
import { PLAIN, WRITES, type Fault } from "./memoryServer";
import { MemoryWorld } from "./memoryWorld";
import { QUIET, type Run, type Story } from "./sequence";

const QUIET_UP: Run = { run: "up", ...QUIET, limits: { minOwners: 1, maxRemovals: 3 } };

/** The first write of an update meets a fault. */
const upWith = (fault: Fault): Run => ({
  ...QUIET_UP,
  trouble: { faults: [[WRITES, fault]], latencies: [10] },
});

const UP_WITHOUT_REFRESH: Run = { ...QUIET_UP, options: { ...QUIET_UP.options, refresh: false } };

/** Longer than an invitation lasts. */
const EIGHT_DAYS = 8 * 24 * 60;

const REFRESH: Run = { ...QUIET_UP, run: "refresh" };

const INVITE = { edit: "invite", person: 0, by: "email", role: "member" } as const;

/** What the arbitrary stories of rosterMemory.test.ts have found, each cut down to what it takes. All were bugs. */
const FOUND: Readonly<Record<string, Story>> = {
  "an owner the roster was to demote, and is to complain about by now, fails the preview already": {
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
  "a roster beside somebody who is an Output is refused in the preview already": {
    people: ["owner", "member", null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      {
        edit: "put beside",
        roster: false,
        first: false,
        output: "who",
        late: undefined,
        person: 1,
        anybody: false,
        by: "userId",
        role: "member",
      },
      QUIET_UP,
    ],
  },
  "whoever moves into the roster by another email than the resource knows is still declared": {
    people: ["owner", "member", null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "email" },
      { edit: "move out", onDelete: undefined },
      QUIET_UP,
      { outside: "change email", person: 1, to: 0 },
      { edit: "move in", policies: {} },
      { edit: "tidy up" },
      { edit: "enter all", who: "everybody", by: "email" },
      QUIET_UP,
    ],
  },
  "a roster's removals and those of resources that go in the same update are counted together": {
    people: ["owner", "owner", "owner", "owner", "member", "member", "member"],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "email" },
      { edit: "take out", entry: 1, count: 2 },
      { edit: "move out", onDelete: undefined },
      QUIET_UP,
      { edit: "move in", policies: { undeclaredOwners: "remove" } },
      { edit: "take out", entry: 2, count: 2 },
      QUIET_UP,
    ],
  },
  "an invitation whose answer is lost is looked for before it is sent again": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    steps: [{ edit: "enter all", who: "owners", by: "email" }, INVITE, upWith("reset after it is applied")],
  },
  "whoever is taken out, and whose invitation could not be revoked, is not forgotten": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      INVITE,
      QUIET_UP,
      { edit: "take out", entry: 1, count: 1 },
      upWith("answered 400"),
      { ...QUIET_UP, run: "refresh" },
    ],
  },
  "whoever left is not forgotten by the second refresh, and so not invited": {
    people: ["owner", "owner", null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "email" },
      { edit: "set policies", policies: { absent: "invite" } },
      QUIET_UP,
      { outside: "leave", person: 1 },
      REFRESH,
      REFRESH,
      QUIET_UP,
    ],
  },
  "nobody is mailed at another email of somebody who is declared already": {
    people: ["owner", "owner", null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "userId" },
      { outside: "add alias", person: 1, to: 2 },
      { edit: "invite", person: 2, by: "email", role: "member" },
      QUIET_UP,
    ],
  },
  "whoever accepted is known from then on, also if no role differs": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      INVITE,
      UP_WITHOUT_REFRESH,
      { outside: "accept", invite: 0 },
      UP_WITHOUT_REFRESH,
    ],
  },
  "somebody without a role does not keep a second refresh from working": {
    people: ["owner", "owner", null, null, null, null, null],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "email" },
      QUIET_UP,
      { outside: "set role", person: 1, role: null },
      REFRESH,
      REFRESH,
    ],
  },
  "an expired invitation that was deleted because it was in the way counts as expired if the next is not sent":
    {
      people: ["owner", null, null, null, null, null, null],
      others: 0,
      habits: { ...PLAIN, minds: true },
      steps: [
        { edit: "enter all", who: "owners", by: "email" },
        INVITE,
        QUIET_UP,
        { outside: "let expire", invite: 0 },
        // The first try is refused, and the invitation deleted.
        { ...QUIET_UP, trouble: { faults: [[WRITES + 2, "answered 400"]], latencies: [10] } },
        QUIET_UP,
      ],
    },
  "whoever is declared in decomposed letters, and whose email no answer has, is asked for in composed ones": {
    people: ["owner", "owner", null, null, null, "owner", null],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "userId" },
      QUIET_UP,
      { edit: "name entry by", entry: 2, by: "decomposed" },
      { outside: "hide email", person: 5 },
    ],
  },
  "so it is if several emails were asked for together": {
    people: ["owner", null, null, null, null, "member", null],
    others: 0,
    steps: [
      { edit: "enter all", who: "everybody", by: "decomposed" },
      INVITE,
      { outside: "hide email", person: 5 },
    ],
  },
  "whoever is taken out is revoked, also if the listing does not have the invitation yet": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    habits: { ...PLAIN, lag: 2 },
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      INVITE,
      QUIET_UP,
      { edit: "take out", entry: 1, count: 1 },
      UP_WITHOUT_REFRESH,
    ],
  },
  "whoever accepted elsewhere is left alone, also if the listing does not have the invitation yet": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    habits: { ...PLAIN, lag: 2 },
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      INVITE,
      { edit: "set policies", policies: { absent: "invite", undeclaredMembers: "remove" } },
      QUIET_UP,
      { outside: "accept elsewhere", invite: 0 },
      QUIET_UP,
    ],
  },
  "a mail that was uncertain, and arrived, counts when its invitation expires": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    habits: { ...PLAIN, lag: 1 },
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      INVITE,
      QUIET_UP,
      { outside: "wait", minutes: EIGHT_DAYS },
      upWith("reset after it is applied"),
      QUIET_UP,
      { outside: "wait", minutes: EIGHT_DAYS },
      QUIET_UP,
      { outside: "wait", minutes: EIGHT_DAYS },
      QUIET_UP,
    ],
  },
  "an expired invitation that is called pending is in the way as well": {
    people: ["owner", null, null, null, null, null, null],
    others: 0,
    habits: { ...PLAIN, minds: true, saysPending: true },
    steps: [
      { edit: "enter all", who: "owners", by: "email" },
      INVITE,
      QUIET_UP,
      { outside: "let expire", invite: 0 },
      QUIET_UP,
    ],
  },
};

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

describe.each(DOORS)("behind the %s door", (door) => {
  test.each(Object.entries(FOUND))("%s", async (_what, story) => {
    const world = new MemoryWorld(story, door);
    await world.live(story.steps);
    await world.settle();
    await world.escape();
  });
});
