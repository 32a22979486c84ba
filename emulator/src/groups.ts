import { failure, type Answer } from "./answers";
import type { Group, Groups } from "./groupStore";
import { listedByCursor, unknownParameter } from "./query";
import type { LoggedRequest } from "./requests";
import { assignedRole, type AssignedRole } from "./roles";
import type { Users } from "./store";

const MAX_GROUPS = 1000;

/** Who or what a role comes from. */
interface Source {
  readonly principal_id: string;
  readonly principal_type: "user" | "group";
}

type Assignment = AssignedRole & { readonly sources: readonly Source[] | null };

/** `list_groups` */
export function listGroups(groups: Groups, request: LoggedRequest): Answer {
  const wire = ({ id, name, created_at, is_scim_managed, group_type }: Group): unknown => ({
    id,
    name,
    created_at,
    is_scim_managed,
    group_type,
  });
  return listedByCursor(groups.all(), request, wire, MAX_GROUPS);
}

/** `list_group_roles` */
export function listGroupRoles(groups: Groups, request: LoggedRequest): Answer {
  const group = groups.get(request.groupId ?? "");
  if (!group) return noGroup(request);
  return listedByCursor(
    group.roles.map((role): Assignment => ({ ...role, sources: null })),
    request,
    wireRole,
  );
}

/** `list_group_users` */
export function listGroupUsers(groups: Groups, users: Users, request: LoggedRequest): Answer {
  const group = groups.get(request.groupId ?? "");
  if (!group) return noGroup(request);
  const people = group.users.flatMap((id) => users.get(id) ?? []);
  return listedByCursor(people, request, ({ id, email, name }) => ({ id, email, name: name ?? "" }));
}

/** `list_user_roles`: those that a person was given, and those that come from groups. */
export function listUserRoles(groups: Groups, users: Users, request: LoggedRequest): Answer {
  const user = users.get(request.userId ?? "");
  if (!user) {
    const message = `No user found with id '${request.userId ?? ""}'.`;
    return unknownParameter(request, []) ?? failure({ status: 404, message, param: "user_id" });
  }
  const roles = new Map<string, Assignment>();
  const give = (role: AssignedRole, source: Source): void => {
    roles.set(role.id, { ...role, sources: [...(roles.get(role.id)?.sources ?? []), source] });
  };
  for (const role of user.roles ?? [])
    give(assignedRole(role), { principal_id: user.id, principal_type: "user" });
  for (const group of groups.all().filter(({ users }) => users.includes(user.id)))
    for (const role of group.roles) give(role, { principal_id: group.id, principal_type: "group" });
  return listedByCursor([...roles.values()], request, wireRole);
}

function wireRole({ sources, ...role }: Assignment): unknown {
  return {
    object: "role",
    ...role,
    description: null,
    assignment_sources: sources,
    created_at: null,
    created_by: null,
    created_by_user_obj: null,
    metadata: null,
    updated_at: null,
  };
}

function noGroup(request: LoggedRequest): Answer {
  const message = `No group found with id '${request.groupId ?? ""}'.`;
  return failure({ status: 404, message, param: "group_id" });
}
