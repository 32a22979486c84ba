import { setImmediate, setTimeout } from "node:timers/promises";

import type * as pulumi from "@pulumi/pulumi";

/** How long others wait for owners, in ms: an owner may itself wait for one of them, which then must go first. */
const PATIENCE = 2_000;

/** Owners whom the program has declared since anybody else last waited for them; each settles with its registration. */
const owners: Promise<unknown>[] = [];
let registered: Promise<void> | undefined;

/** Notes that the program declares an owner. */
export function ownerDeclared(urn: pulumi.Output<pulumi.URN>): void {
  owners.push(new Promise((resolve) => urn.apply(resolve)));
}

/**
 * A value that comes once the engine has dealt with the owners whom the program declares before its next pause. As an
 * input of everybody else's resource it has promotions go before demotions, also where the engine takes one resource
 * at a time: the last owner can then hand over in one update.
 */
export function afterOwners<T>(value: T): Promise<T> {
  registered ??= ownersRegistered().finally(() => (registered = undefined));
  return registered.then(() => value);
}

async function ownersRegistered(): Promise<void> {
  await setImmediate();
  if (owners.length === 0) return;
  const patience = new AbortController();
  const over = setTimeout(PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([Promise.all(owners.splice(0)), over]);
  patience.abort();
}
