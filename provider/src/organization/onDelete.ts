/**
 * What deleting the resource does to the person:
 * - `deleteUser`: delete_user, the person is removed from the organization;
 * - `demote`: modify_user, the person becomes a `member`;
 * - `retain`: nothing, the person is no longer managed.
 */
export type OnDelete = "deleteUser" | "demote" | "retain";

/** Every value of {@link OnDelete}, the default first. */
export const ON_DELETE: readonly [OnDelete, ...OnDelete[]] = ["deleteUser", "demote", "retain"];
