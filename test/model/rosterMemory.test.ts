import fc from "fast-check";

import { replay } from "./replay";
import { storiesOfBoth, storiesOfRosterAlone } from "./rosterProgram";
import { RosterWorld } from "./rosterWorld";

/**
 * As memory.test.ts, for a program with a roster. What must hold stands in rosterPromises.ts and rosterWorld.ts; the
 * same environment variables count.
 */
const RUNS = Number(process.env.TEST_MODEL_RUNS ?? 1000);

jest.setTimeout(3_600_000);

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

test.each([
  ["a roster", storiesOfRosterAlone],
  ["a roster and people with resources of their own", storiesOfBoth],
])("whatever happens to %s, the promises are kept, and everything comes to rest", async (_what, stories) => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const world = new RosterWorld(story);
      await world.live(story.steps);
      await world.settle();
    }),
    { numRuns: RUNS, ...replay() },
  );
});
