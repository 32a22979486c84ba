import { setImmediate, setTimeout } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import { programError } from "./programError";

/** What the program has declared of one organization so far. */
interface Declared {
  roster?: string;
  role?: string;
  /** How many of its people may be owners. */
  owners: number;
  /** The registrations of owners for which nobody has waited yet. */
  registering: Promise<unknown>[];
  ready: Promise<void> | undefined;
}

/** How long others wait for owners, in ms: an owner may itself wait for one of them, which then must go first. */
const PATIENCE = 2_000;

const organizations = new WeakMap<object, Declared>();

let resources = 0;

/** A name that no other resource of the program has, as its own need not be unique below its parent, and a `#`. */
function unique(name: string): string {
  return `${name}#${resources++}#`;
}

/** `s` for a secret of the program's, which no message must have. */
async function secrecy(value: unknown): Promise<string> {
  return pulumi.Output.isInstance(value) && (await pulumi.isSecret(value)) ? "s" : "";
}

/**
 * Notes a roster.
 *
 * @returns What its handlers are told in {@link DECLARED_BY}.
 * @throws pulumi.RunError where the organization has a roster, or single people, already.
 */
export function rosterDeclared(
  organization: object | undefined,
  name: string,
  members: unknown,
): pulumi.Input<string> {
  const declared = declaredIn(organization);
  if (declared.roster !== undefined) {
    throw programError(
      `This program has two rosters of one organization: OrganizationRoster "${declared.roster}" and ` +
        `OrganizationRoster "${name}". Put everybody into the members of one: it takes Outputs, and maps can be merged.`,
    );
  }
  if (declared.role !== undefined) throw rosterBesideRole(name, declared.role);
  declared.roster = name;
  const declaredBy = unique(name);
  return secrecy(members).then((secret) => declaredBy + secret);
}

/**
 * Notes an OrganizationUserRole.
 *
 * @returns What its handlers are told in {@link DECLARED_BY}. Unless it is plainly an owner, that has how many owners
 * the program may declare before its next pause: a preview can then tell that too few are left.
 * @throws pulumi.RunError where the organization has a roster already.
 */
export function roleDeclared(
  organization: object | undefined,
  name: string,
  { email, role }: { readonly email?: unknown; readonly role: unknown },
): pulumi.Input<string> {
  const declared = declaredIn(organization);
  if (declared.roster !== undefined) throw rosterBesideRole(declared.roster, name);
  declared.role ??= name;
  // An Output may turn out to be one.
  if (role === "owner" || typeof role !== "string") declared.owners++;
  const declaredBy = unique(name);
  if (role === "owner")
    return pulumi.Output.isInstance(email)
      ? secrecy(email).then((secret) => declaredBy + secret)
      : declaredBy;
  return afterOwners(declared).then(async () => `${declaredBy}${declared.owners}${await secrecy(email)}`);
}

/** Notes that the engine is told of an owner. */
export function ownerRegisters(organization: object | undefined, urn: pulumi.Output<pulumi.URN>): void {
  declaredIn(organization).registering.push(new Promise((resolve) => urn.apply(resolve)));
}

/**
 * Resolves once the engine has dealt with the owners whom the program declares before its next pause. Promotions then go
 * before demotions, also where the engine takes one resource at a time: the last owner can hand over in one update.
 */
function afterOwners(declared: Declared): Promise<void> {
  return (declared.ready ??= ownersRegistered(declared).finally(() => (declared.ready = undefined)));
}

async function ownersRegistered({ registering }: Declared): Promise<void> {
  await setImmediate();
  if (registering.length === 0) return;
  const patience = new AbortController();
  const over = setTimeout(PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([Promise.all(registering.splice(0)), over]);
  patience.abort();
}

function declaredIn(organization: object | undefined): Declared {
  const known = organization && organizations.get(organization);
  if (known !== undefined) return known;
  const none: Declared = { owners: 0, registering: [], ready: undefined };
  if (organization !== undefined) organizations.set(organization, none);
  return none;
}

function rosterBesideRole(roster: string, role: string): Error {
  return programError(
    `This program declares people of one organization twice over: by OrganizationRoster "${roster}", and by ` +
      `OrganizationUserRole "${role}". Put everybody into the roster's members (they take Outputs, and maps can be ` +
      `merged), or leave out the roster.`,
  );
}
