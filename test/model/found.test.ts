import { DOORS } from "../handlers";
import { MemoryWorld } from "./memoryWorld";
import { QUIET, type Run, type Step, type Story } from "./sequence";

type Declare = Extract<Step, { readonly edit: "declare" }>;

const declare = (
  name: Declare["name"],
  person: Declare["person"],
  by: Declare["by"],
  role: Declare["role"],
): Step => ({ edit: "declare", name, person, anybody: false, by, role, onDelete: undefined });

/** A command one at a time, without a refresh, on which nothing goes wrong. */
const run = (command: Run["run"]): Step => ({
  run: command,
  options: {
    refresh: false,
    parallel: 1,
    continueOnError: false,
    newConfiguration: false,
    newVersion: false,
  },
  limits: { minOwners: 1, maxRemovals: 3 },
  trouble: { faults: [], latencies: [1] },
});

/** What the arbitrary stories of memory.test.ts have found, each cut down to what it takes. All were bugs. */
const FOUND: Readonly<Record<string, Story>> = {
  "an owner who is declared by email after the only owner's demotion counts once it is known who that is": {
    people: [null, "owner", null, null, null, null, "reader"],
    others: 0,
    steps: [declare(0, 0, "userId", "reader"), declare(1, 0, "email", "owner")],
  },
  "an email in another case names nobody new, so its person may have another email by now": {
    people: ["owner", "owner", "owner", "owner", "owner", null, null],
    others: 0,
    steps: [
      declare(0, 4, "email", "owner"),
      run("up"),
      { edit: "name by", name: 0, by: "EMAIL" },
      { outside: "change email", person: 4, to: 0 },
    ],
  },
  "a person who is being promoted is not asked for again and again until that is done": {
    people: ["owner", "owner", null, "member", "owner", null, "owner"],
    others: 0,
    steps: [
      declare(1, 0, "userId", "reader"),
      declare(0, 0, "userId", "member"),
      declare(2, 5, "EMAIL", "reader"),
      declare(3, 0, "email", "owner"),
      { outside: "set role", person: 4, role: null },
    ],
  },
  "somebody the state has as a member may be the only owner by now": {
    people: ["member", "reader", null, null, null, null, null],
    others: 0,
    steps: [
      declare(0, 1, "userId", "member"),
      run("up"),
      { outside: "set role", person: 1, role: "owner" },
      run("destroy"),
    ],
  },
  "an owner whose role is an Output is not taken for one who loses it": {
    people: [null, null, null, null, null, null, "owner"],
    others: 0,
    steps: [
      declare(0, 0, "userId", "owner"),
      run("up"),
      { edit: "come", name: 0, output: "role", late: undefined },
      { ...QUIET, run: "preview", limits: { minOwners: 3, maxRemovals: 3 } },
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
  });
});
