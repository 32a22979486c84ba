import { MemoryWorld } from "./memoryWorld";
import type { Story } from "./sequence";

/** What the arbitrary stories of memory.test.ts have found, each cut down to what it takes. All were bugs. */
const FOUND: Readonly<Record<string, Story>> = {
  "an owner who is declared by email after the only owner's demotion counts once it is known who that is": {
    people: [null, "owner", null, null, null, null, "reader"],
    others: 0,
    steps: [
      {
        edit: "declare",
        name: 0,
        person: 0,
        anybody: false,
        by: "userId",
        role: "reader",
        onDelete: undefined,
      },
      {
        edit: "declare",
        name: 1,
        person: 0,
        anybody: false,
        by: "email",
        role: "owner",
        onDelete: undefined,
      },
    ],
  },
  "an email in another case names nobody new, so its person may have another email by now": {
    people: ["owner", "owner", "owner", "owner", "owner", null, null],
    others: 0,
    steps: [
      {
        edit: "declare",
        name: 0,
        person: 4,
        anybody: false,
        by: "email",
        role: "owner",
        onDelete: undefined,
      },
      {
        run: "up",
        options: { refresh: false, parallel: 1, continueOnError: false, newConfiguration: false },
        limits: { allowNoOwners: false, maxRemovals: 3 },
        trouble: { faults: [], latencies: [1] },
      },
      { edit: "name by", name: 0, by: "EMAIL" },
      { outside: "change email", person: 4, to: 0 },
    ],
  },
  "a person who is being promoted is not asked for again and again until that is done": {
    people: ["owner", "owner", null, "member", "owner", null, "owner"],
    others: 0,
    steps: [
      {
        edit: "declare",
        name: 1,
        person: 0,
        anybody: false,
        by: "userId",
        role: "reader",
        onDelete: undefined,
      },
      {
        edit: "declare",
        name: 0,
        person: 0,
        anybody: false,
        by: "userId",
        role: "member",
        onDelete: undefined,
      },
      {
        edit: "declare",
        name: 2,
        person: 5,
        anybody: false,
        by: "EMAIL",
        role: "reader",
        onDelete: undefined,
      },
      {
        edit: "declare",
        name: 3,
        person: 0,
        anybody: false,
        by: "email",
        role: "owner",
        onDelete: undefined,
      },
      { outside: "set role", person: 4, role: null },
    ],
  },
  "somebody whom the state has as a member may be the only owner by now": {
    people: ["member", "reader", null, null, null, null, null],
    others: 0,
    steps: [
      {
        edit: "declare",
        name: 0,
        person: 1,
        anybody: false,
        by: "userId",
        role: "member",
        onDelete: undefined,
      },
      {
        run: "up",
        options: { refresh: false, parallel: 1, continueOnError: false, newConfiguration: false },
        limits: { allowNoOwners: false, maxRemovals: 3 },
        trouble: { faults: [], latencies: [1] },
      },
      { outside: "set role", person: 1, role: "owner" },
      {
        run: "destroy",
        options: { refresh: false, parallel: 1, continueOnError: false, newConfiguration: false },
        limits: { allowNoOwners: false, maxRemovals: 3 },
        trouble: { faults: [], latencies: [1] },
      },
    ],
  },
};

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

test.each(Object.entries(FOUND))("%s", async (_what, story) => {
  const world = new MemoryWorld(story);
  await world.live(story.steps);
  await world.settle();
});
