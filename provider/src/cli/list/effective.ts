import { effectiveOwners, type WayToOwner } from "../../organization/effectiveOwners";
import { UnseenError } from "../../organization/groups";
import type { Opened } from "../../organization/openOrganization";
import { sameRole } from "../../users-api/role";
import type { AssignedRole, OrganizationUser } from "../../users-api/schema";
import { printable, shown } from "../../text";
import type { ListOptions } from "../commandLine";
import { json } from "../quote";
import { NAME_CHARACTERS, noteOn, PERSON, tableOf } from "../table";
import type { Terminal } from "../terminal";

/** A person, and the role they have in effect. */
interface EffectivePerson extends OrganizationUser {
  readonly effectiveRole?: string | undefined;
  /** How they came to be an owner; empty if they are none. */
  readonly through: readonly WayToOwner[];
}

/**
 * `list --effective`: people by the role they have in effect.
 *
 * @param people - Everybody, or those with the emails that were given.
 * @returns the exit code: 1 if groups or roles cannot be seen, so that owners may be missing.
 */
export async function listEffective(
  { groups }: Opened,
  people: readonly OrganizationUser[],
  { json: asJson, role, emails }: ListOptions,
  terminal: Terminal,
): Promise<0 | 1> {
  const unseen: UnseenError[] = [];
  const seen = async <T>(read: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read;
    } catch (error) {
      if (!(error instanceof UnseenError)) throw error;
      unseen.push(error);
      return otherwise;
    }
  };
  const ownerGroups = await seen(groups.owners(), []);
  const asked = emails === undefined ? people.filter((user) => user.role === "owner") : people;
  const roles = await seen(rolesOf(asked, groups), new Map());
  const owners = new Map(
    effectiveOwners({ people, groups: ownerGroups, roles }).map((owner) => [owner.userId, owner]),
  );
  // Somebody may have joined a group since everybody was listed.
  const ids = new Set(people.map(({ userId }) => userId));
  const late = emails === undefined ? [...owners.values()].filter(({ userId }) => !ids.has(userId)) : [];
  const all = [...people, ...late].map((user: OrganizationUser): EffectivePerson => {
    const { through = [] } = owners.get(user.userId) ?? {};
    return { ...user, effectiveRole: through.length > 0 ? "owner" : user.role, through };
  });
  const rows = role === undefined ? all : all.filter((user) => sameRole(user.effectiveRole, role));
  terminal.out(asJson ? json(rows) : effectiveTable(rows, terminal.columns));
  for (const { message } of unseen) terminal.note(`Owners may be missing. ${message}`);
  if (unseen.length > 0) return 1;
  if (emails === undefined)
    terminal.note("Assigned roles were read only for owners by base role: name others with --email.");
  return 0;
}

/** The assigned roles of some people: one request a person. */
async function rolesOf(
  people: readonly OrganizationUser[],
  groups: Opened["groups"],
): Promise<Map<string, readonly AssignedRole[]>> {
  const roles = new Map<string, readonly AssignedRole[]>();
  // One after the other: where the first cannot be seen, no other can.
  for (const { userId } of people) roles.set(userId, await groups.rolesOf(userId));
  return roles;
}

function effectiveTable(rows: readonly EffectivePerson[], width: number | undefined): string {
  const { email, userId, note, name } = PERSON;
  return tableOf<EffectivePerson>(
    [
      email,
      ["ROLE", ({ effectiveRole: role }) => role && printable(role, NAME_CHARACTERS)],
      ["THROUGH", ({ through }) => through.map(inWords).join(", ") || undefined],
      userId,
      ...(rows.some(noteOn) ? [note] : []),
      name,
    ],
    rows,
    width,
  );
}

function inWords(way: WayToOwner): string {
  return way.way === "group" ? `group ${shown(way.name)}` : way.way;
}
