import * as pulumi from "@pulumi/pulumi";

import { shown } from "../text";
import { programError } from "./programError";
import { isSecret } from "./resource";

/**
 * The members of a roster, checked for what Pulumi's SDK would silently drop: an entry that is undefined or a function,
 * and everything in a Map or a class instance. No handler would see that somebody is missing.
 *
 * @param roster - The type and the name of the resource.
 * @returns The members. What only an Output or a Promise tells is checked once it is known, and fails there.
 * @throws pulumi.RunError that names the roster and, unless the members are secret, the entry.
 */
export function checkedMembers(roster: string, members: unknown): unknown {
  const known = async (value: unknown): Promise<unknown> =>
    check(roster, value, (await isSecret(members)) ? () => "an entry" : shown);
  if (pulumi.Output.isInstance(members)) return members.apply(known);
  if (members instanceof Promise) return members.then((value) => checkedMembers(roster, value));
  return check(roster, members, shown);
}

function check(roster: string, members: unknown, nameOf: (entry: string) => string): unknown {
  if (typeof members !== "object" || members === null) return members;
  if (!isPlain(members)) {
    const what = (members.constructor as { readonly name?: unknown } | undefined)?.name;
    throw programError(
      `${roster}: members must be a plain object with a role for each email or user id, not ` +
        `${shown(what)}. For a Map, use Object.fromEntries(map).`,
    );
  }
  const roles = Object.entries(members).map(([entry, role]) => [
    entry,
    whenKnown(role, (value) => {
      if (value !== undefined && typeof value !== "function") return value;
      throw programError(
        `${roster}: members has ${nameOf(entry)} with nothing behind it (${typeof value}). Give it a ` +
          `role; if somebody is to be taken out, leave out the entry.`,
      );
    }),
  ]);
  return Object.fromEntries(roles);
}

/** Whether something is an object literal, or like one, of this realm or another. */
function isPlain(object: object): boolean {
  const prototype = Object.getPrototypeOf(object) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Looks at a value, or at what an Output or a Promise turns out to be. */
function whenKnown(value: unknown, look: (value: unknown) => unknown): unknown {
  if (pulumi.Output.isInstance(value)) return value.apply(look);
  return value instanceof Promise ? value.then((known) => whenKnown(known, look)) : look(value);
}
