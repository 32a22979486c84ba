import { shown } from "./text";

/** Path of the list; relative to the base URL. */
export const USERS_PATH = "/organization/users";

/** Path of the list of invitations, to which new ones are posted; relative to the base URL. */
export const INVITES_PATH = "/organization/invites";

/** Path of the list of admin keys; relative to the base URL. */
export const ADMIN_KEYS_PATH = "/organization/admin_api_keys";

/**
 * What is wrong with a user id as one segment of a path, or undefined where nothing is. Refused are blank ids,
 * `.` and `..` (an HTTP client resolves them to another path), control and invisible characters, and ids over 256
 * characters.
 */
export function userIdProblem(id: string): string | undefined {
  if (id.trim() === "") return "must not be blank";
  if (id === "." || id === "..") return `must be a user id, not ${shown(id)}`;
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return `must not contain control characters: ${shown(id)}`;
  if (/\s/.test(id)) return `must not contain white space: ${shown(id)}`;
  if (/\p{Cs}/u.test(id)) return `must be well-formed Unicode: ${shown(id)}`;
  if (/[\p{Cf}\p{Co}\p{Cn}]/u.test(id)) return `must not contain invisible characters: ${shown(id)}`;
  if (id.length > 256) return `must have at most 256 characters, not ${id.length}`;
  return undefined;
}

/**
 * The path of one user. Here and in {@link invitePath} alone, text from outside becomes part of a URL's path.
 *
 * @throws TypeError where the id cannot be a path segment ({@link userIdProblem}).
 */
export function userPath(id: string): string {
  const problem = userIdProblem(id);
  if (problem !== undefined) throw new TypeError(`A user id ${problem}.`);
  return `${USERS_PATH}/${encodeURIComponent(id)}`;
}

/**
 * The path of one invitation.
 *
 * @throws TypeError where the id cannot be a path segment ({@link userIdProblem}).
 */
export function invitePath(id: string): string {
  const problem = userIdProblem(id);
  if (problem !== undefined) throw new TypeError(`An invitation's id ${problem}.`);
  return `${INVITES_PATH}/${encodeURIComponent(id)}`;
}
