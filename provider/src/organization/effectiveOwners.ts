import type { AssignedRole, GroupUser, OrganizationUser } from "../users-api/schema";

/** A group whose people are owners. */
export interface OwnerGroup {
  readonly groupId: string;
  readonly name: string;
  readonly users: readonly GroupUser[];
}

/** How somebody came to be an owner. */
export type WayToOwner =
  | { readonly way: "base role" | "assignment" }
  | { readonly way: "group"; readonly groupId: string; readonly name: string };

/** An owner, in whichever ways. */
export interface EffectiveOwner extends GroupUser {
  readonly through: readonly WayToOwner[];
}

/** What was read of the ways to owner. */
export interface Ways {
  readonly people: readonly OrganizationUser[];
  /** The groups with the owner role. */
  readonly groups: readonly OwnerGroup[];
  /** The roles that list_user_roles has, for each person who was asked for. Default: nobody was. */
  readonly roles?: ReadonlyMap<string, readonly AssignedRole[]>;
}

/** Whether a role is the one of the organization's owners: no custom role administers the organization. */
export function isOwnerRole({ isPredefined, resourceType, name }: AssignedRole): boolean {
  return isPredefined && resourceType === "api.organization" && name.toLowerCase() === "owner";
}

/** Everybody who is an owner: by base role, through a group, or by an assignment that no such group explains. */
export function effectiveOwners({ people, groups, roles = new Map() }: Ways): EffectiveOwner[] {
  const owners = new Map<string, EffectiveOwner>();
  const add = ({ userId, email, name }: GroupUser, way: WayToOwner): void => {
    const contact = { ...(email !== undefined && { email }), ...(name !== undefined && { name }) };
    const { through = [] } = owners.get(userId) ?? {};
    owners.set(userId, { userId, ...contact, ...owners.get(userId), through: [...through, way] });
  };
  for (const user of people) if (user.role === "owner") add(user, { way: "base role" });
  for (const { groupId, name, users } of groups)
    for (const user of users) add(user, { way: "group", groupId, name });
  const known = new Map(people.map((user) => [user.userId, user]));
  for (const [userId, assigned] of roles) {
    const explained = owners.get(userId)?.through.map((way) => way.way === "group" && way.groupId) ?? [];
    const isUnexplained = ({ sources }: AssignedRole): boolean =>
      sources.length === 0 || sources.some((source) => !explained.includes(source));
    if (assigned.filter(isOwnerRole).some(isUnexplained))
      add(known.get(userId) ?? { userId }, { way: "assignment" });
  }
  return [...owners.values()];
}
