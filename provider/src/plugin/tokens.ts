import { shown } from "../users-api/text";

/** What every token of this package begins with. */
const MODULE = "openai-organization:index:";

/** What a token names; nothing where it is not of this package. */
export function nameOf(token: string): string {
  return token.startsWith(MODULE) ? token.slice(MODULE.length) : "";
}

/** Why a token cannot be dealt with. */
export function unknownToken(what: string, token: string, names: readonly string[]): Error {
  const there = names.map((name) => MODULE + name).join(", ");
  return new Error(
    `There is no ${what} ${shown(token)} in this version of the provider. There are: ${there}.`,
  );
}
