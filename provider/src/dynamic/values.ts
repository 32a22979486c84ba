import { HIDDEN_INPUT } from "../engine/hiddenInput";
import { UNKNOWN_VALUE } from "../engine/protocol";
import { UNKNOWN } from "../organization/inputs";

/** Properties as the SDK passes them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What the SDK and this package add to a program's inputs. */
const ADDED: readonly string[] = ["__provider", HIDDEN_INPUT];

/** Properties as the core takes them. */
export function fromEngine(properties: Properties): Properties {
  const own = Object.entries(properties).filter(([property]) => !ADDED.includes(property));
  return replaced(Object.fromEntries(own), UNKNOWN_VALUE, UNKNOWN) as Properties;
}

/** The same on the way back. */
export function toEngine(properties: object): Properties {
  return replaced(properties, UNKNOWN, UNKNOWN_VALUE) as Properties;
}

/** A value in which one thing is replaced by another, at any depth. */
function replaced(value: unknown, what: unknown, by: unknown): unknown {
  if (value === what) return by;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, what, by));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, what, by)]));
}
