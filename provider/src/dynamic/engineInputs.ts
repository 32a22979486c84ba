import { UNKNOWN_VALUE } from "../engine/unknownValue";
import { DECLARED_BY } from "../organization/declaredBy";
import type { Declarer } from "../organization/guards/declarations";
import { UNKNOWN, type RawInputs } from "../organization/inputs";

/** Inputs that this package adds to the program's own. */
const HIDDEN: readonly string[] = ["__provider", DECLARED_BY];

/** The inputs that a program gave a resource, as the core takes them. */
export function fromEngine(inputs: Readonly<Record<string, unknown>>): RawInputs {
  const given = Object.entries(inputs).filter(([property]) => !HIDDEN.includes(property));
  return replaced(Object.fromEntries(given), UNKNOWN_VALUE, UNKNOWN) as RawInputs;
}

/** The same on the way back. */
export function toEngine<T extends object>(inputs: T): T {
  return replaced(inputs, UNKNOWN, UNKNOWN_VALUE) as T;
}

/**
 * Which of the program's resources these inputs belong to. Handlers are not told a name, so the program puts it into a
 * hidden input: `name#number#`, then, if known, how many owners the program declares at most, then `s` for a secret.
 */
export function declarerOf({ [DECLARED_BY]: text }: Readonly<Record<string, unknown>>): Declarer {
  if (typeof text !== "string") return {};
  const [, resource = text, owners = "", secret = ""] = /^(.*#\d+)#(\d*)(s?)$/s.exec(text) ?? [];
  return { resource, isSecret: secret !== "", ...(owners !== "" && { owners: Number(owners) }) };
}

/** A value in which one thing stands for another, in objects of objects too. */
function replaced(value: unknown, what: unknown, by: unknown): unknown {
  if (value === what) return by;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, what, by));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, what, by)]));
}
