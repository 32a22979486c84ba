import { setImmediate } from "node:timers/promises";

/** Whom OrganizationUserRoles declare, by user id or email, in each organization of each deployment. */
const people = new WeakMap<object, string[]>();

/** Notes whom an OrganizationUserRole declares, where the program says so in plain text. */
export function personDeclared(organization: object | undefined, userIdOrEmail: unknown): void {
  if (organization === undefined || typeof userIdOrEmail !== "string") return;
  const known = people.get(organization);
  if (known === undefined) people.set(organization, [userIdOrEmail]);
  else known.push(userIdOrEmail);
}

/**
 * Everybody whom OrganizationUserRoles of an organization declare before the program's next pause, by user id or email:
 * a roster must not remove or demote them because it does not name them (any more).
 */
export async function declaredElsewhere(organization: object | undefined): Promise<string[]> {
  await setImmediate();
  return organization === undefined ? [] : [...(people.get(organization) ?? [])];
}
