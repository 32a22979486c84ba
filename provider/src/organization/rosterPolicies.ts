/** What is done about an owner whom the roster does not declare. */
export type UndeclaredOwners = "error" | "warn" | "ignore" | "demote";

/** What is done about a member whom the roster does not declare. */
export type UndeclaredMembers = "ignore" | "warn" | "error" | "remove";

/** What happens to a person who is taken out of the roster. */
export type OnRemove = "demote" | "retain" | "deleteUser";

/** The values of each policy, the default first. */
export const ROSTER_POLICIES = {
  undeclaredOwners: ["error", "warn", "ignore", "demote"],
  undeclaredMembers: ["ignore", "warn", "error", "remove"],
  onRemove: ["demote", "retain", "deleteUser"],
} as const satisfies {
  undeclaredOwners: readonly UndeclaredOwners[];
  undeclaredMembers: readonly UndeclaredMembers[];
  onRemove: readonly OnRemove[];
};
