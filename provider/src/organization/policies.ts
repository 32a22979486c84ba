/**
 * What deleting an OrganizationUserRole does to the person:
 * - `remove`: delete_user, the person is removed from the organization;
 * - `demote`: modify_user, the person becomes a `member`;
 * - `retain`: nothing, the person is no longer managed.
 */
export type OnDelete = "remove" | "demote" | "retain";

/** Every value of {@link OnDelete}, the default first. */
export const ON_DELETE: readonly [OnDelete, ...OnDelete[]] = ["remove", "demote", "retain"];

/** How a roster treats an owner who is missing from `members`. */
export type UndeclaredOwners = "error" | "warn" | "ignore" | "demote" | "remove";

/** How a roster treats a member who is missing from `members`. */
export type UndeclaredMembers = "ignore" | "warn" | "error" | "remove";

/**
 * What a roster does about an email in `members` that nobody in the organization has:
 * - `error`: previews and updates fail;
 * - `warn`: prints a line, and changes everybody else;
 * - `invite`: create_invite, the person gets the declared role by accepting.
 */
export type Absent = "error" | "warn" | "invite";

/** How a roster treats a pending invitation for somebody missing from `members`. */
export type UndeclaredInvites = "warn" | "ignore" | "error" | "revoke";

/**
 * How a roster treats somebody who is an owner through a group, where neither `members` declares an owner nor `ownerGroups`
 * names the group.
 */
export type OwnersThroughGroups = "ignore" | "warn" | "error";

/** The values of each policy about groups, the default first. */
export const GROUP_POLICIES = {
  ownersThroughGroups: ["ignore", "warn", "error"],
} as const satisfies { ownersThroughGroups: readonly OwnersThroughGroups[] };

/** The values of each policy about invitations, the default first. */
export const INVITE_POLICIES = {
  absent: ["error", "warn", "invite"],
  undeclaredInvites: ["warn", "ignore", "error", "revoke"],
} as const satisfies { absent: readonly Absent[]; undeclaredInvites: readonly UndeclaredInvites[] };

/** The values of each policy of a roster, the default first. */
export const ROSTER_POLICIES = {
  undeclaredOwners: ["error", "warn", "ignore", "demote", "remove"],
  undeclaredMembers: ["ignore", "warn", "error", "remove"],
} as const satisfies {
  undeclaredOwners: readonly UndeclaredOwners[];
  undeclaredMembers: readonly UndeclaredMembers[];
};

/** How a project's roster treats an entry in `members` whose person is not in the organization. */
export type ProjectAbsent = Exclude<Absent, "invite">;

/** The values of each policy of a project's roster, the default first. */
export const PROJECT_POLICIES = {
  undeclaredOwners: ["warn", "error", "ignore", "demote", "remove"],
  undeclaredMembers: ROSTER_POLICIES.undeclaredMembers,
  absent: ["warn", "error"],
} as const satisfies {
  undeclaredOwners: readonly UndeclaredOwners[];
  undeclaredMembers: readonly UndeclaredMembers[];
  absent: readonly ProjectAbsent[];
};
