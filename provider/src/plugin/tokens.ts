import { NAMESPACE } from "../settingName";
import { shown } from "../text";

/** The beginning of every token of this package. */
const MODULE = `${NAMESPACE}:index:`;

/** What a token names; empty if it is not of this package. */
export function nameOf(token: string): string {
  return token.startsWith(MODULE) ? token.slice(MODULE.length) : "";
}

/** Why a token is refused. */
export function unknownToken(what: string, token: string, names: readonly string[]): Error {
  const there = names.map((name) => MODULE + name).join(", ");
  return new Error(
    `There is no ${what} ${shown(token)} in this version of the provider. There are: ${there}.`,
  );
}
