/** What fast-check needs to repeat a failure, from the environment. */
export function replay(): { readonly seed?: number; readonly path?: string } {
  const { TEST_MODEL_SEED: seed, TEST_MODEL_PATH: path } = process.env;
  return { ...(seed !== undefined && { seed: Number(seed) }), ...(path !== undefined && { path }) };
}
