import { setImmediate, setTimeout } from "node:timers/promises";

import * as pulumi from "@pulumi/pulumi";

import { writeHidden } from "../engine/hiddenInput";
import { WAITS } from "../organization/waits";
import { programError } from "./programError";

/** What the program has declared so far, for one organization. */
interface Declared {
  roster?: string;
  role?: string;
  /** How many of the people declared may be owners. */
  owners: number;
  /** The owners being registered for whom nobody has waited yet. */
  registering: Promise<unknown>[];
  ready: Promise<void> | undefined;
}

const organizations = new WeakMap<object, Declared>();

let resources = 0;

/** A name that is unique in the program, as a resource's own name below a parent need not be. */
function unique(name: string): string {
  return `${name}#${resources++}`;
}

/** Whether a value is an Output, or has one in it: only those can be secret. */
function hasOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasOutput);
}

/** The arguments that are secret, or contain a secret; undefined if none is. */
async function secretsIn(args: readonly (readonly [string, unknown])[]): Promise<string[] | undefined> {
  const isSecret = await Promise.all(args.map(([, value]) => pulumi.isSecret(pulumi.output(value))));
  const secrets = args.filter((_, i) => isSecret[i]).map(([name]) => name);
  return secrets.length > 0 ? secrets : undefined;
}

function argsWithOutputs(args: object): [string, unknown][] {
  return Object.entries(args).filter(([, value]) => hasOutput(value));
}

/**
 * Records a roster.
 *
 * @returns The value of its hidden input {@link HIDDEN_INPUT}.
 * @throws pulumi.RunError if the program already declares a roster, or single people, of this organization.
 */
export function rosterDeclared(
  organization: object | undefined,
  name: string,
  args: object,
): pulumi.Input<string> {
  const declared = declaredIn(organization);
  if (declared.roster !== undefined) {
    throw programError(
      `This program has two rosters for one organization: OrganizationRoster "${declared.roster}" and ` +
        `OrganizationRoster "${name}". Put everybody into the members of one: it takes Outputs, and maps can be merged.`,
    );
  }
  if (declared.role !== undefined) throw rosterBesideRole(name, declared.role);
  declared.roster = name;
  return tellSecrets(name, args);
}

/** The value of the hidden input {@link HIDDEN_INPUT} of a resource that tells its name and its secrets alone. */
export function tellSecrets(name: string, args: object): pulumi.Input<string> {
  const resource = unique(name);
  return secretsIn(argsWithOutputs(args)).then((secrets) => writeHidden({ resource, secrets }));
}

/**
 * Records an OrganizationUserRole.
 *
 * @param ignored - The option `ignoreChanges`.
 * @returns The value of its hidden input {@link HIDDEN_INPUT}. Unless the role is plainly owner, it has how many owners
 * the program may declare before its next pause, so that a preview can tell whether enough owners will stay.
 * @throws pulumi.RunError if the program already declares a roster of this organization.
 */
export function roleDeclared(
  organization: object | undefined,
  name: string,
  args: { readonly role: unknown },
  ignored?: readonly string[],
): pulumi.Input<string> {
  const { role } = args;
  const declared = declaredIn(organization);
  if (declared.roster !== undefined) throw rosterBesideRole(declared.roster, name);
  declared.role ??= name;
  // An Output may turn out to be owner.
  if (role === "owner" || typeof role !== "string") declared.owners++;
  const resource = unique(name);
  // An owner goes to the engine at once: others wait for it.
  const withOutputs = argsWithOutputs(args);
  if (role === "owner" && withOutputs.length === 0) return writeHidden({ resource, ignored });
  const owners = role === "owner" ? undefined : afterOwners(declared).then(() => declared.owners);
  return Promise.all([owners, secretsIn(withOutputs)]).then(([most, secrets]) =>
    writeHidden({ resource, owners: most, secrets, ignored }),
  );
}

/** Records that an owner is being registered with the engine. */
export function ownerRegisters(organization: object | undefined, urn: pulumi.Output<pulumi.URN>): void {
  declaredIn(organization).registering.push(new Promise((resolve) => urn.apply(resolve)));
}

/**
 * Resolves once the engine has dealt with the owners that the program declares before its next pause. Promotions then
 * come before demotions even at `--parallel 1`, so that the last owner can hand over in one update.
 */
function afterOwners(declared: Declared): Promise<void> {
  return (declared.ready ??= ownersRegistered(declared).finally(() => (declared.ready = undefined)));
}

async function ownersRegistered({ registering }: Declared): Promise<void> {
  await setImmediate();
  if (registering.length === 0) return;
  const patience = new AbortController();
  const over = setTimeout(WAITS.declarations, undefined, { signal: patience.signal }).catch(() => undefined);
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
    `This program declares people of one organization both with OrganizationRoster "${roster}" and with ` +
      `OrganizationUserRole "${role}". Put everybody into the roster's members (they take Outputs, and maps can be ` +
      `merged), or leave out the roster.`,
  );
}
