import { isRole, ROLES, sameRole } from "../users-api/role";
import type { OrganizationUser, Project } from "../users-api/schema";
import { shown } from "../text";
import type { Directory } from "./directory";
import type { Projects } from "./projects";

/** Which users to list, unchecked. */
export interface UsersQuestion {
  readonly role?: unknown;
  readonly emails?: unknown;
}

/** The person to look up, unchecked. */
export interface UserQuestion {
  readonly userId?: unknown;
  readonly email?: unknown;
}

/**
 * list_users: the users with a role (default: any) and one of some emails (default: any).
 *
 * @param say - Shows the user a line now and then during a long listing.
 * @throws Error if an argument is wrong, or a request fails.
 */
export async function lookUpUsers(
  directory: Directory,
  { role, emails }: UsersQuestion,
  say: (line: string) => void,
): Promise<OrganizationUser[]> {
  if (role !== undefined && !isRole(role)) {
    throw new Error(`role must be one of ${ROLES.join(", ")}, not ${shown(role)}`);
  }
  const all = emails === undefined ? await list(directory, say) : await findAll(directory, emailsOf(emails));
  return role === undefined ? all : all.filter((user) => sameRole(user.role, role));
}

/**
 * retrieve_user or list_users: the one user with an id or an email.
 *
 * @throws Error if an argument is wrong, nobody is found, or a request fails.
 */
export async function lookUpUser(
  directory: Directory,
  { userId, email }: UserQuestion,
): Promise<OrganizationUser> {
  if ((userId === undefined) === (email === undefined)) throw new Error("give either userId or email");
  const [what, name] = userId === undefined ? ["email", email] : ["id", userId];
  if (typeof name !== "string") throw new Error(`the ${what} must be a string, not ${shown(name)}`);
  const found = await (userId === undefined ? directory.findByEmail(name) : directory.read(name));
  if (found === undefined) throw new Error(`nobody in the organization has the ${what} ${shown(name)}`);
  return found;
}

/**
 * list_projects: the projects that are not archived, or all.
 *
 * @throws Error if the argument is wrong, or a request fails.
 */
export async function lookUpProjects(
  projects: Projects,
  includeArchived: unknown = false,
): Promise<Project[]> {
  if (typeof includeArchived !== "boolean")
    throw new Error(`includeArchived must be true or false, not ${shown(includeArchived)}`);
  return includeArchived ? projects.all() : projects.active();
}

/** How far apart the lines of a long listing are, in ms. */
const PROGRESS_EVERY = 10_000;

function list(directory: Directory, say: (line: string) => void): Promise<OrganizationUser[]> {
  let last = performance.now();
  return directory.list((users) => {
    if (performance.now() - last < PROGRESS_EVERY) return;
    last = performance.now();
    say(`Listing the organization's users: ${users} so far.`);
  });
}

function emailsOf(emails: unknown): readonly string[] {
  const bad: unknown = [emails].flat().find((email) => typeof email !== "string" || email === "");
  if (bad !== undefined || !Array.isArray(emails))
    throw new Error(`emails must be an array of emails, not ${shown(bad ?? emails)}`);
  return emails as string[];
}

/** list_users, by emails if the server can: everybody in the organization with one of some emails, each once. */
export async function findAll(directory: Directory, emails: readonly string[]): Promise<OrganizationUser[]> {
  const found = new Map<string, OrganizationUser>();
  const users = await Promise.all(emails.map((email) => directory.findByEmail(email)));
  for (const user of users) if (user !== undefined) found.set(user.userId, user);
  return [...found.values()];
}
