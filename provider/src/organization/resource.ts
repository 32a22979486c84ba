import type { Declarer } from "./guards/declarations";
import type { Problem, RawInputs, RawState } from "./inputs";
import type { Session } from "./session";

/** How a property, or an entry of one, differs. */
export interface Difference {
  /** Such as `role` or `members["alice@example.com"]`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update" | "replace";
  /** Whether the old inputs differ, rather than the old state. */
  readonly isOfInputs: boolean;
}

/** What the engine tells beside a state and the new inputs. */
export interface DiffContext {
  /** Undefined if the door is not told. */
  readonly oldInputs?: RawInputs;
  /** The properties whose changes the program has the engine ignore; `*` is all of them. */
  readonly ignored: readonly string[];
}

/** What a door serves. A resource is written once, and every door serves it. */
export interface Resource {
  /** Checks the inputs, and adds their defaults. What is not known yet is {@link UNKNOWN}. */
  check(
    session: Session,
    declarer: Declarer,
    olds: RawInputs,
    news: RawInputs,
  ): Promise<{ readonly inputs: object; readonly problems: readonly Problem[] }>;
  diff(
    session: Session,
    id: string,
    state: RawState,
    news: RawInputs,
    told: DiffContext,
  ): Promise<{ readonly changes: boolean; readonly differences: readonly Difference[] }>;
  /** The state that a preview promises; what only the API knows is {@link UNKNOWN}. */
  preview(inputs: RawInputs, state: RawState | undefined): object;
  /**
   * Looks ahead when the engine previews a create or an update, which not every door is asked for.
   *
   * @throws Error if the update would be refused.
   */
  foresee(session: Session, inputs: RawInputs, state: RawState | undefined): Promise<void>;
  /** @throws PartlyApplied if some of it failed. */
  create(session: Session, inputs: RawInputs): Promise<{ readonly id: string; readonly state: object }>;
  /** Undefined if there is nothing. Without a state it is an import. */
  read(
    session: Session,
    id: string,
    state: RawState | undefined,
  ): Promise<{ readonly id: string; readonly state: object; readonly inputs: object } | undefined>;
  /**
   * @param ignored - As in {@link DiffContext}.
   * @throws PartlyApplied if some of it failed.
   */
  update(
    session: Session,
    id: string,
    state: RawState,
    inputs: RawInputs,
    ignored: readonly string[],
  ): Promise<object>;
  delete(session: Session, id: string, state: RawState): Promise<void>;
  /** The input that names people. If the program keeps it secret, no message shows them. */
  readonly names: string;
  /** The outputs that repeat it, and are as secret. */
  readonly derived: readonly string[];
}

/** Some of a change was applied: the next update does the rest. */
export class PartlyApplied extends Error {
  /** @param properties - The whole state as it is now. */
  constructor(
    readonly id: string,
    readonly properties: object,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join(" "));
  }
}
