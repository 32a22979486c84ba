/** What fast-check needs to repeat a failure, from the environment. */
export function replay(): { readonly seed?: number; readonly path?: string } {
  const { TEST_MODEL_SEED: seed, TEST_MODEL_PATH: path } = process.env;
  return { ...(seed !== undefined && { seed: Number(seed) }), ...(path !== undefined && { path }) };
}

/** How many stories: those that are asked for in the environment, or as many as fit into some seconds. */
export function runsWithin(seconds: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  const { TEST_MODEL_RUNS: runs } = process.env;
  return runs === undefined
    ? { numRuns: 10_000, interruptAfterTimeLimit: seconds * 1000 }
    : { numRuns: Number(runs) };
}
