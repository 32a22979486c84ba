/**
 * A person's role in the organization. `owner` can do everything; `member` and `reader` are two names of the
 * other role: the operation text of modify_user says `member`, its schema says `reader`.
 */
export type Role = "owner" | "member" | "reader";

/** Every role that a program may declare. */
export const ROLES: readonly Role[] = ["owner", "member", "reader"];

/** A person's role in a project. */
export type ProjectRole = "owner" | "member";

/** Every {@link ProjectRole}. */
export const PROJECT_ROLES: readonly ProjectRole[] = ["owner", "member"];

/** Whether a text is one of the declarable roles. */
export function isRole(text: unknown): text is Role {
  return ROLES.some((role) => role === text);
}

/** One name for each role: `reader` becomes `member`; an unknown role stays as it is. */
export function canonicalRole<R extends string | undefined>(role: R): R | "member" {
  return role === "reader" ? "member" : role;
}

/** Whether two names mean the same role. */
export function sameRole(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && canonicalRole(one) === canonicalRole(other);
}
