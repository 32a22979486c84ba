import * as v from "valibot";

import { userIdProblem } from "../paths";
import { printable } from "../../text";

/** The longest email and the longest name that are kept. */
const EMAIL_CHARACTERS = 320;
const NAME_CHARACTERS = 200;

/** An id that can stand in a path. */
export const Id = v.pipe(
  v.string(),
  v.check((id) => isId(id), "not an id"),
);

export function isId(id: string | null | undefined): id is string {
  return typeof id === "string" && userIdProblem(id) === undefined;
}

export function isSaid(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== "";
}

// Properties that come and go never make an answer invalid.
export const flag = v.fallback(v.boolean(), false);
export const text = v.fallback(v.optional(v.string()), undefined);
/** A time in Unix seconds: null is no time, undefined a time that the answer does not tell. */
export const time = v.fallback(v.nullish(v.pipe(v.number(), v.finite())), undefined);

// People choose their names themselves: what they wrote must not reach a terminal raw.
export function emailOf(text: string): string {
  return printable(text, EMAIL_CHARACTERS);
}

export function nameOf(text: string): string {
  return printable(text, NAME_CHARACTERS);
}

/** An email and a name, each absent where the answer has none. */
export function contact(
  email: string | null | undefined,
  name: string | null | undefined,
): { email?: string; name?: string } {
  return { ...(isSaid(email) && { email: emailOf(email) }), ...(isSaid(name) && { name: nameOf(name) }) };
}
