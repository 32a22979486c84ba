/**
 * The hidden input by which a program tells its handlers what the engine does not say. Check drops it, so no state has it.
 */
export const HIDDEN_INPUT = "__declaredBy";

/** What a program tells about one of its resources. */
export interface HiddenInput {
  /** A name that is unique in the program. */
  readonly resource: string;
  /** The most owners that the program may have declared so far; undefined if it does not know. */
  readonly owners?: number | undefined;
  /** The arguments that are secret, or contain a secret; undefined if none is. */
  readonly secrets?: readonly string[] | undefined;
  /** The option `ignoreChanges`. */
  readonly ignored?: readonly string[] | undefined;
}

export function writeHidden(told: HiddenInput): string {
  return JSON.stringify(told);
}

/** What a program told in some inputs; nothing if they are another package's. */
export function readHidden({
  [HIDDEN_INPUT]: text,
}: Readonly<Record<string, unknown>>): Partial<HiddenInput> {
  if (typeof text !== "string") return {};
  try {
    return JSON.parse(text) as HiddenInput;
  } catch {
    return {};
  }
}
