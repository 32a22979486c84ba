import fc from "fast-check";

import { DOORS } from "../handlers";
import { liveThrough } from "./memoryWorld";
import { replay, runsWithin } from "./replay";
import { stories } from "./sequence";

/**
 * Arbitrary stories of a program, an organization and a network, lived through with the real handlers of either door. What must
 * hold stands in promises.ts. Set in the environment:
 * - TEST_MODEL_RUNS: how many stories, by default as many as fit into 8 seconds;
 * - TEST_MODEL_SEED and TEST_MODEL_PATH: those that a failure has printed as `seed` and `path`, to see it again.
 */
jest.setTimeout(3_600_000);

beforeEach(() => jest.spyOn(console, "log").mockImplementation(() => undefined));

afterEach(() => jest.restoreAllMocks());

test("whatever happens, the promises are kept, and everything comes to rest", async () => {
  await fc.assert(fc.asyncProperty(stories, fc.constantFrom(...DOORS), liveThrough), {
    ...runsWithin(8),
    ...replay(),
  });
});
