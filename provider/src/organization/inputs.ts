import { userIdProblem } from "../users-api/paths";
import { shown } from "../text";

/** A value that is not known yet: in a preview, an output of a resource that is still to be created. */
export const UNKNOWN: unique symbol = Symbol("not known yet");

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Inputs as a program gave them: anything, {@link UNKNOWN} included. */
export type RawInputs = Readonly<Record<string, unknown>>;

/** What the engine keeps about a resource, unchecked. */
export type RawState = Readonly<Record<string, unknown>>;

/** What is wrong with an input. `property` is empty if its value must not be shown. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/** A problem for each property that a resource does not have. */
export function unknownProperties(news: RawInputs, properties: readonly string[]): Problem[] {
  return Object.keys(news)
    .filter((property) => !properties.includes(property))
    .map((property) => ({
      property,
      reason: `There is no property ${shown(property)}. There are: ${properties.join(", ")}.`,
    }));
}

/** The problems as the engine may print them: it prints the property that a problem names, and its value, unescaped. */
export function tellable(problems: readonly Problem[], news: RawInputs): Problem[] {
  return problems.map(({ property, reason }) =>
    isPlain(property) && isPlain(news[property]) ? { property, reason } : { property: "", reason },
  );
}

/** Whether a value is short, and safe to print as it is. */
function isPlain(value: unknown): boolean {
  if (typeof value === "string") return shown(value) === `"${value}"`;
  return typeof value !== "object" || value === null;
}

/** One `@`, something on both sides of it, and nothing invisible. The API decides the rest. */
const EMAIL = /^[^\s@\p{Cc}\p{Cf}]+@[^\s@\p{Cc}\p{Cf}]+$/u;

/** What is wrong with a user id that a program gave. */
export function userIdInputProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `A user id must be a string, not ${shown(value)}.`;
  const problem = userIdProblem(value);
  if (problem !== undefined) return `A user id ${problem}.`;
  return value.includes("@") ? `${shown(value)} is an email, not a user id. Give it as email.` : undefined;
}

/** What is wrong with an email that a program gave. */
export function emailProblem(value: unknown): string | undefined {
  if (typeof value === "string" && value.length <= 320 && EMAIL.test(value)) return undefined;
  return `An email must look like alice@example.com, not ${shown(value)}.`;
}

/** Values as errors list them. */
export function quoted(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(", ");
}
