import fc from "fast-check";

import { DOORS } from "../handlers";
import { liveThrough } from "./memoryWorld";
import { replay, runsWithin } from "./replay";
import { storiesOfInvitations, storiesOfMoving, storiesOfRosterAlone } from "./sequence";

/** As memory.test.ts, for a program with a roster; the same environment variables count. */
jest.setTimeout(3_600_000);

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

test.each([
  ["a roster", storiesOfRosterAlone],
  ["those whom a roster invites", storiesOfInvitations],
  ["people who move between a roster and resources of their own", storiesOfMoving],
])("whatever happens to %s, the promises are kept, and everything comes to rest", async (_what, stories) => {
  await fc.assert(fc.asyncProperty(stories, fc.constantFrom(...DOORS), liveThrough), {
    ...runsWithin(4),
    ...replay(),
  });
});
