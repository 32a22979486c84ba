import { shown } from "../text";

/** The paths of the lists, relative to the base URL. */
export const USERS_PATH = "/organization/users";
export const INVITES_PATH = "/organization/invites";
export const ADMIN_KEYS_PATH = "/organization/admin_api_keys";
export const GROUPS_PATH = "/organization/groups";
export const PROJECTS_PATH = "/organization/projects";
export const AUDIT_LOGS_PATH = "/organization/audit_logs";

/** What is wrong with an id as one segment of a path. HTTP clients resolve `.` and `..` to another path. */
export function userIdProblem(id: string): string | undefined {
  if (id.trim() === "") return "must not be blank";
  if (id === "." || id === "..") return `must be an id, not ${shown(id)}`;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return `must not contain control characters: ${shown(id)}`;
  if (/\s/.test(id)) return `must not contain white space: ${shown(id)}`;
  if (/\p{Cs}/u.test(id)) return `must be well-formed Unicode: ${shown(id)}`;
  if (/[\p{Cf}\p{Co}\p{Cn}]/u.test(id)) return `must not contain invisible characters: ${shown(id)}`;
  if (id.length > 256) return `must have at most 256 characters, not ${id.length}`;
  return undefined;
}

/** The path of one user. @throws TypeError if the id has a {@link userIdProblem}. */
export function userPath(id: string): string {
  return pathOf(USERS_PATH, "A user id", id);
}

/** The path of one invitation. @throws TypeError if the id has a {@link userIdProblem}. */
export function invitePath(id: string): string {
  return pathOf(INVITES_PATH, "An invitation's id", id);
}

/** The path of one group. @throws TypeError if the id has a {@link userIdProblem}. */
export function groupPath(id: string): string {
  return pathOf(GROUPS_PATH, "A group's id", id);
}

/** The path of the people in one project. @throws TypeError if the id has a {@link userIdProblem}. */
export function projectUsersPath(projectId: string): string {
  return `${pathOf(PROJECTS_PATH, "A project's id", projectId)}/users`;
}

/** The path of one person in one project. @throws TypeError if an id has a {@link userIdProblem}. */
export function projectUserPath(projectId: string, userId: string): string {
  return pathOf(projectUsersPath(projectId), "A user id", userId);
}

/** Here alone, text from outside becomes part of a URL's path. */
function pathOf(list: string, what: string, id: string): string {
  const problem = userIdProblem(id);
  if (problem !== undefined) throw new TypeError(`${what} ${problem}.`);
  return `${list}/${encodeURIComponent(id)}`;
}
