import type { PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";

import type { Declarer } from "../../organization/guards/declarations";
import type { Problem, RawInputs } from "../../organization/inputs";
import type { Session } from "../../organization/session";

/** What the engine keeps about a resource. */
export type State = Readonly<Record<string, unknown>>;

/** How a property, or an entry of one, differs. */
export interface Difference {
  /** Such as `role` or `members["alice@example.com"]`. */
  readonly path: string;
  readonly kind: PropertyDiff.Kind;
  /** Whether the old inputs differ, rather than the old state. */
  readonly isOfInputs: boolean;
}

/** What a resource's type does, in the core's values. */
export interface ResourceType {
  check(
    session: Session,
    declarer: Declarer,
    olds: RawInputs,
    news: RawInputs,
  ): Promise<{ readonly inputs: object; readonly problems: readonly Problem[] }>;
  diff(
    session: Session,
    id: string,
    state: State,
    news: RawInputs,
    oldInputs: RawInputs,
  ): Promise<{ readonly changes: boolean; readonly differences: readonly Difference[] }>;
  /** The state that a preview promises; what only the API knows is unknown. */
  preview(inputs: RawInputs, state: State | undefined): object;
  create(session: Session, inputs: RawInputs): Promise<{ readonly id: string; readonly state: object }>;
  /** Undefined if there is nothing. Without a state it is an import. */
  read(
    session: Session,
    id: string,
    state: State | undefined,
  ): Promise<{ readonly id: string; readonly state: object; readonly inputs: object } | undefined>;
  update(session: Session, id: string, state: State, inputs: RawInputs): Promise<object>;
  delete(session: Session, id: string, state: State): Promise<void>;
  /** Properties of the state that are as secret as an input, by its name. */
  readonly derived: Readonly<Record<string, string>>;
}
