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

/** The values of each policy of a roster, the default first. */
export const ROSTER_POLICIES = {
  undeclaredOwners: ["error", "warn", "ignore", "demote", "remove"],
  undeclaredMembers: ["ignore", "warn", "error", "remove"],
} as const satisfies {
  undeclaredOwners: readonly UndeclaredOwners[];
  undeclaredMembers: readonly UndeclaredMembers[];
};
