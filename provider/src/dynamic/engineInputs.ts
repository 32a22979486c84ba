import { DECLARED_BY, UNKNOWN_VALUE } from "../engine/protocol";
import type { Declarer } from "../organization/guards/declarations";
import { UNKNOWN, type RawInputs } from "../organization/inputs";

/** The inputs that this package adds to the program's own. */
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

/** Which of the program's resources these inputs belong to: `name#number#`, the most owners that the program may declare, if known, and `s` if secret. */
export function declarerOf({ [DECLARED_BY]: text }: Readonly<Record<string, unknown>>): Declarer {
  if (typeof text !== "string") return {};
  const [, resource = text, owners = "", secret = ""] = /^(.*#\d+)#(\d*)(s?)$/s.exec(text) ?? [];
  return { resource, isSecret: secret !== "", ...(owners !== "" && { owners: Number(owners) }) };
}

/** A value in which one thing is replaced by another, at any depth. */
function replaced(value: unknown, what: unknown, by: unknown): unknown {
  if (value === what) return by;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, what, by));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, what, by)]));
}
