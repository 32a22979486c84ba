import type { HiddenInput } from "../engine/hiddenInput";
import { fromEngine, type Properties } from "./values";

/** Which changes a program has the engine ignore: the SDK passes diff and update the checked inputs, and no options. */
export class Ignored {
  readonly #byInputs = new Map<string, readonly string[]>();

  /** @param told - Nothing if everything is ignored: the engine then checks the old inputs, without the hidden one. */
  note(inputs: Properties, { resource, ignored = [] }: Partial<HiddenInput>): void {
    const properties = resource === undefined ? ["*"] : ignored;
    if (properties.length > 0) this.#byInputs.set(keyOf(inputs), properties);
  }

  of(inputs: Properties): readonly string[] {
    return this.#byInputs.size === 0 ? [] : (this.#byInputs.get(keyOf(inputs)) ?? []);
  }
}

/** The same whatever order the properties have. */
function keyOf(inputs: Properties): string {
  return JSON.stringify(Object.entries(fromEngine(inputs)).sort(([one], [other]) => (one < other ? -1 : 1)));
}
