import { setImmediate } from "node:timers/promises";

import { programError } from "./programError";

/** What the program has declared of one organization so far. */
interface Declared {
  roster?: string;
  role?: string;
  /** How many of its people may be owners. */
  owners: number;
}

const organizations = new WeakMap<object, Declared>();

let resources = 0;

/** A name that no other resource of the program has: its own need not be unique below its parent. */
function unique(name: string): string {
  return `${name}#${resources++}`;
}

/**
 * Notes a roster.
 *
 * @returns What its handlers are told in {@link DECLARED_BY}.
 * @throws pulumi.RunError where the organization has a roster, or single people, already.
 */
export function rosterDeclared(organization: object | undefined, name: string): string {
  const declared = declaredIn(organization);
  if (declared.roster !== undefined) {
    throw programError(
      `This program has two rosters of one organization: OrganizationRoster "${declared.roster}" and ` +
        `OrganizationRoster "${name}". Put everybody into the members of one: it takes Outputs, and maps can be merged.`,
    );
  }
  if (declared.role !== undefined) throw rosterBesideRole(name, declared.role);
  declared.roster = name;
  return unique(name);
}

/**
 * Notes an OrganizationUserRole.
 *
 * @returns What its handlers are told in {@link DECLARED_BY}. Unless it is plainly an owner, that has the number of
 * owners at the end whom the program may declare before its next pause: a preview can then tell that too few are left.
 * @throws pulumi.RunError where the organization has a roster already.
 */
export function roleDeclared(
  organization: object | undefined,
  name: string,
  role: unknown,
): string | Promise<string> {
  const declared = declaredIn(organization);
  if (declared.roster !== undefined) throw rosterBesideRole(declared.roster, name);
  declared.role ??= name;
  // An Output may turn out to be one.
  if (role === "owner" || typeof role !== "string") declared.owners++;
  return role === "owner" ? unique(name) : withOwners(unique(name), declared);
}

async function withOwners(declaredBy: string, declared: Declared): Promise<string> {
  await setImmediate();
  return `${declaredBy}#${declared.owners}`;
}

function declaredIn(organization: object | undefined): Declared {
  const known = organization && organizations.get(organization);
  if (known !== undefined) return known;
  const none: Declared = { owners: 0 };
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
