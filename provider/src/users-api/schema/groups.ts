import * as v from "valibot";

import { contact, flag, Id, nameOf } from "./fields";
import { nextPageOf } from "./page";
import { parser } from "./parser";

/** A group of the organization's people, made in OpenAI or by an identity provider. */
export interface Group {
  readonly groupId: string;
  /** Not unique. */
  readonly name: string;
  /** Whether an identity provider (SCIM) manages it. */
  readonly isScimManaged: boolean;
}

/** A person in a group. */
export interface GroupUser {
  readonly userId: string;
  readonly email?: string;
  readonly name?: string;
}

/** A role that a group or a person has, besides the base role. */
export interface AssignedRole {
  readonly name: string;
  /** Whether OpenAI defined it, not the organization. */
  readonly isPredefined: boolean;
  /** What it is for, such as `api.organization` or `api.project`. */
  readonly resourceType: string;
  /** The ids of the groups or people it comes from; empty if the API does not say. */
  readonly sources: readonly string[];
}

const GroupAnswer = v.pipe(
  v.object({ id: Id, name: v.string(), is_scim_managed: flag }),
  v.transform(({ id, name, is_scim_managed }): Group => ({
    groupId: id,
    name: nameOf(name),
    isScimManaged: is_scim_managed,
  })),
);

const GroupUserAnswer = v.pipe(
  v.object({ id: Id, email: v.nullish(v.string()), name: v.nullish(v.string()) }),
  v.transform(({ id, email, name }): GroupUser => ({ userId: id, ...contact(email, name) })),
);

// What says who is an owner may not be missing: without it, an owner would not be seen.
const AssignedRoleAnswer = v.pipe(
  v.object({
    name: v.string(),
    predefined_role: v.boolean(),
    resource_type: v.string(),
    assignment_sources: v.fallback(v.nullish(v.array(v.object({ principal_id: v.string() }))), null),
  }),
  v.transform(({ name, predefined_role, resource_type, assignment_sources }): AssignedRole => ({
    name: nameOf(name),
    isPredefined: predefined_role,
    resourceType: nameOf(resource_type),
    sources: (assignment_sources ?? []).map(({ principal_id }) => principal_id),
  })),
);

/** Parses an answer of list_groups. */
export const parseGroups = parser(nextPageOf(GroupAnswer));

/** Parses an answer of list_group_users. */
export const parseGroupUsers = parser(nextPageOf(GroupUserAnswer));

/** Parses an answer of list_group_roles or list_user_roles. */
export const parseAssignedRoles = parser(nextPageOf(AssignedRoleAnswer));
