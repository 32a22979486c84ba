import { DOORS } from "../handlers";
import { PEOPLE } from "./edits";
import { PLAIN, WRITES, type Fault } from "./memoryServer";
import { liveThrough } from "./memoryWorld";
import { UP, type Run, type Step, type Story } from "./sequence";

const ROLES = { o: "owner", m: "member", r: "reader", "-": null } as const;

/** @param people - Who is there at first: a letter for the role of each. */
function story(people: string, steps: readonly Step[], more: Partial<Story> = {}): Story {
  const roles = Array.from(people.padEnd(PEOPLE, "-"), (letter) => ROLES[letter as keyof typeof ROLES]);
  return { people: roles, others: 0, steps, ...more };
}

type Declare = Extract<Step, { readonly edit: "declare" }>;

const declare = (
  name: Declare["name"],
  person: Declare["person"],
  by: Declare["by"],
  role: Declare["role"],
): Declare => ({ edit: "declare", name, person, anybody: false, by, role, onDelete: undefined });

/** The first write of an update meets a fault. */
const upWith = (fault: Fault): Run => ({ ...UP, trouble: { faults: [[WRITES, fault]], latencies: [10] } });

const WITHOUT_REFRESH: Run = { ...UP, options: { ...UP.options, refresh: false } };

const ONE_BY_ONE: Run = { ...WITHOUT_REFRESH, options: { ...WITHOUT_REFRESH.options, parallel: 1 } };

/** Longer than an invitation lasts. */
const EIGHT_DAYS = 8 * 24 * 60;

const REFRESH: Run = { ...UP, run: "refresh" };

const ENTER_OWNERS = { edit: "enter all", who: "owners", by: "email" } as const;
const ENTER_ALL = { edit: "enter all", who: "everybody", by: "email" } as const;
const INVITE = { edit: "invite", person: 0, by: "email", role: "member" } as const;

/** What the arbitrary stories have found, each cut down to what it takes. All were bugs. */
const FOUND: Readonly<Record<string, Story>> = {
  "an owner who is declared by email after the only owner's demotion counts once it is known who that is":
    story("-o----r", [declare(0, 0, "userId", "reader"), declare(1, 0, "email", "owner")]),
  "an email in another case names nobody new, so its person may have another email by now": story("ooooo", [
    declare(0, 4, "email", "owner"),
    ONE_BY_ONE,
    { edit: "name by", name: 0, by: "EMAIL" },
    { outside: "change email", person: 4, to: 0 },
  ]),
  "somebody the state has as a member may be the only owner by now": story("mr", [
    declare(0, 1, "userId", "member"),
    ONE_BY_ONE,
    { outside: "set role", person: 1, role: "owner" },
    { ...ONE_BY_ONE, run: "destroy" },
  ]),
  "an owner whose role is an Output is not taken for one who loses it": story("------o", [
    declare(0, 0, "userId", "owner"),
    ONE_BY_ONE,
    { edit: "change", name: 0, to: { output: "role" } },
    { ...UP, run: "preview", limits: { minOwners: 3, maxRemovals: 3 } },
  ]),
  "an owner the roster was to demote, and is to complain about by now, fails the preview already": story(
    "om",
    [
      ENTER_OWNERS,
      { edit: "set policies", policies: { undeclaredOwners: "demote" } },
      UP,
      { outside: "set role", person: 1, role: "owner" },
      { edit: "set policies", policies: {} },
      { ...UP, run: "preview" },
    ],
  ),
  "whoever moves into the roster by another email than the resource knows is still declared": story("om", [
    ENTER_ALL,
    { edit: "move out", onDelete: undefined },
    UP,
    { outside: "change email", person: 1, to: 0 },
    { edit: "move in", policies: {} },
    { edit: "tidy up" },
    ENTER_ALL,
    WITHOUT_REFRESH,
  ]),
  "whoever the roster removes is not said to stay because a resource of their own retained them": story(
    "om",
    [
      ENTER_ALL,
      { edit: "move out", onDelete: "retain" },
      UP,
      { edit: "move in", policies: { undeclaredMembers: "remove" } },
      { edit: "take out", entry: 1, count: 1 },
      UP,
      { edit: "move out", onDelete: "retain" },
    ],
  ),
  "nor does the roster say that somebody stays whom a resource of their own removes": story("oo", [
    ENTER_ALL,
    UP,
    { edit: "enter", person: 2, anybody: true, by: "email", role: "member" },
    { edit: "move out", onDelete: undefined },
    // It fails at the third, so the roster is not deleted.
    ONE_BY_ONE,
    { edit: "undeclare", name: 0 },
    { edit: "undeclare", name: 1 },
    { edit: "move in", policies: { undeclaredOwners: "warn" } },
    UP,
  ]),
  "an owner whom another one's demotion promotes ahead of their turn is promoted, and said to be, once":
    story("-ro-o--", [
      declare(0, 0, "userId", "owner"),
      declare(1, 0, "userId", "member"),
      declare(0, 0, "userId", "reader"),
      declare(2, 0, "EMAIL", "owner"),
    ]),
  "whoever one resource removes is not said to stay because another one, of a rename that failed half-way, retained them":
    story("-o-o-mo", [
      declare(0, 3, "userId", "reader"),
      ONE_BY_ONE,
      { outside: "leave", person: 3 },
      declare(1, 0, "userId", "reader"),
      { edit: "change", name: 0, to: { onDelete: "retain" } },
      { edit: "rename", name: 0, to: 1 },
      ONE_BY_ONE,
      { edit: "undeclare", name: 0 },
    ]),
  "a roster's removals and those of resources that go in the same update are counted together": story(
    "oooommm",
    [
      ENTER_ALL,
      { edit: "take out", entry: 1, count: 2 },
      { edit: "move out", onDelete: undefined },
      UP,
      { edit: "move in", policies: { undeclaredOwners: "remove" } },
      { edit: "take out", entry: 2, count: 2 },
      UP,
    ],
  ),
  "an invitation whose answer is lost is looked for before it is sent again": story("o", [
    ENTER_OWNERS,
    INVITE,
    upWith("reset after it is applied"),
  ]),
  "an invitation that was lost is not sent again by the same update": story("o", [
    ENTER_OWNERS,
    INVITE,
    upWith("reset before it is applied"),
  ]),
  "whoever is taken out, and whose invitation could not be revoked, is not forgotten": story("o", [
    ENTER_OWNERS,
    INVITE,
    UP,
    { edit: "take out", entry: 1, count: 1 },
    upWith("answered 400"),
    REFRESH,
  ]),
  "whoever left is not forgotten by the second refresh, and so not invited": story("oo", [
    ENTER_ALL,
    { edit: "set policies", policies: { absent: "invite" } },
    UP,
    { outside: "leave", person: 1 },
    REFRESH,
    REFRESH,
    UP,
  ]),
  "nobody is mailed at another email of somebody who is declared already": story("oo", [
    { edit: "enter all", who: "everybody", by: "userId" },
    { outside: "add alias", person: 1, to: 2 },
    INVITE,
    UP,
  ]),
  "whoever accepted is known from then on, also if no role differs": story("o", [
    ENTER_OWNERS,
    INVITE,
    WITHOUT_REFRESH,
    { outside: "accept", invite: 0 },
    WITHOUT_REFRESH,
  ]),
  "somebody without a role does not keep a second refresh from working": story("oo", [
    ENTER_ALL,
    UP,
    { outside: "set role", person: 1, role: null },
    REFRESH,
    REFRESH,
  ]),
  "an expired invitation that was deleted because it was in the way counts as expired if the next is not sent":
    story(
      "o",
      [
        ENTER_OWNERS,
        INVITE,
        UP,
        { outside: "let expire", invite: 0 },
        // The first try is refused, and the invitation deleted.
        { ...UP, trouble: { faults: [[WRITES + 2, "answered 400"]], latencies: [10] } },
        UP,
      ],
      { habits: { ...PLAIN, minds: true } },
    ),
  "whoever is declared in decomposed letters, and whose email no answer has, is asked for in composed ones":
    story("oo---o", [
      { edit: "enter all", who: "everybody", by: "userId" },
      UP,
      { edit: "name entry by", entry: 2, by: "decomposed" },
      { outside: "hide email", person: 5 },
    ]),
  "so it is if several emails were asked for together": story("o----m", [
    { edit: "enter all", who: "everybody", by: "decomposed" },
    INVITE,
    { outside: "hide email", person: 5 },
  ]),
  "whoever is taken out is revoked, also if the listing does not have the invitation yet": story(
    "o",
    [ENTER_OWNERS, INVITE, UP, { edit: "take out", entry: 1, count: 1 }, WITHOUT_REFRESH],
    { habits: { ...PLAIN, lag: 2 } },
  ),
  "whoever accepted elsewhere is left alone, also if the listing does not have the invitation yet": story(
    "o",
    [
      ENTER_OWNERS,
      INVITE,
      { edit: "set policies", policies: { absent: "invite", undeclaredMembers: "remove" } },
      UP,
      { outside: "accept elsewhere", invite: 0 },
      UP,
    ],
    { habits: { ...PLAIN, lag: 2 } },
  ),
  "a mail that was uncertain, and arrived, counts when its invitation expires": story(
    "o",
    [
      ENTER_OWNERS,
      INVITE,
      UP,
      { outside: "wait", minutes: EIGHT_DAYS },
      upWith("reset after it is applied"),
      UP,
      { outside: "wait", minutes: EIGHT_DAYS },
      UP,
      { outside: "wait", minutes: EIGHT_DAYS },
      UP,
    ],
    { habits: { ...PLAIN, lag: 1 } },
  ),
  "an expired invitation that is called pending is in the way as well": story(
    "o",
    [ENTER_OWNERS, INVITE, UP, { outside: "let expire", invite: 0 }, UP],
    { habits: { ...PLAIN, minds: true, saysPending: true } },
  ),
};

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

describe.each(DOORS)("behind the %s door", (door) => {
  test.each(Object.entries(FOUND))("%s", (_what, story) => liveThrough(story, door));
});
