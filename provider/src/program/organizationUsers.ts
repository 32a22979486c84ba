import * as pulumi from "@pulumi/pulumi";

import { dependenciesDone } from "./dependencies";
import type { LookUp } from "./lookUps";
import { programError } from "./programError";
import { lookUpsOf, say } from "./programLookUps";
import type { Directory } from "../organization/directory";
import { isRole, ROLES, sameRole, type Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema";
import { shown } from "../users-api/text";

/** Which users {@link getOrganizationUsers} returns. Default: all. */
export interface GetOrganizationUsersArgs {
  /** Only users with this role; `member` and `reader` are the same. */
  role?: Role;
  /** Only users with one of these emails, in any case. */
  emails?: string[];
}

/** Which users {@link getOrganizationUsersOutput} returns. Default: all. */
export interface GetOrganizationUsersOutputArgs {
  /** Only users with this role; `member` and `reader` are the same. */
  role?: pulumi.Input<Role | undefined>;
  /** Only users with one of these emails, in any case. */
  emails?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

/** What {@link getOrganizationUsers} returns. */
export interface GetOrganizationUsersResult {
  /** The users, in the API's order, each once. */
  users: OrganizationUser[];
}

/** Whom {@link getOrganizationUser} looks up: give either `userId` or `email`. */
export type GetOrganizationUserArgs =
  | {
      /** The user's id, such as `user-abc`. */
      userId: string;
      /** Not beside `userId`. */
      email?: undefined;
    }
  | {
      /** The email, in any case. */
      email: string;
      /** Not beside `email`. */
      userId?: undefined;
    };

/** Whom {@link getOrganizationUserOutput} looks up: give either `userId` or `email`. */
export interface GetOrganizationUserOutputArgs {
  /** The user's id. */
  userId?: pulumi.Input<string | undefined>;
  /** The email, in any case. */
  email?: pulumi.Input<string | undefined>;
}

/**
 * Lists the users of the organization (`list_users`), in every preview and update. With `emails` it asks for these
 * alone where the server can.
 *
 * It takes plain values and depends on nothing, so what the program has read already may answer it. To see what
 * resources have become, use {@link getOrganizationUsersOutput}.
 *
 * @param args - Which users. Default: all.
 * @param opts - Pulumi's invoke options; only `provider`, or that of `parent`, has an effect.
 * @throws pulumi.RunError where a setting or an argument is wrong, where `provider` belongs to another copy of this
 * package, or where the request fails.
 *
 * @example
 * ```typescript
 * const { users } = await getOrganizationUsers({ role: "owner" });
 * export const owners = users.map((user) => user.email);
 * ```
 */
export function getOrganizationUsers(
  args: GetOrganizationUsersArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetOrganizationUsersResult> {
  return asProgramError("getOrganizationUsers", () => lookUpsOf(opts).run(users(args)));
}

function users(args: GetOrganizationUsersArgs): LookUp<GetOrganizationUsersResult> {
  return async (organization) => {
    const { role, emails } = args;
    if (role !== undefined && !isRole(role)) {
      throw new Error(`role must be one of ${ROLES.join(", ")}, not ${shown(role)}`);
    }
    const all = emails === undefined ? await list(organization) : await findAll(organization, emails);
    return { users: role === undefined ? all : all.filter((user) => sameRole(user.role, role)) };
  };
}

/**
 * {@link getOrganizationUsers} with Outputs as arguments, and `dependsOn`.
 *
 * It is answered by what was read after everything it depends on was done: the resources of its Output arguments, and
 * `dependsOn` (of a component, its children). Look-ups that become ready together share one listing. In a preview that
 * is yet to create one of these resources, the result is unknown.
 *
 * @param args - Which users. Default: all.
 * @param opts - Pulumi's invoke options; only `dependsOn` and `provider`, or that of `parent`, have an effect.
 * @returns The users, as an Output. It fails where {@link getOrganizationUsers} throws.
 *
 * @example
 * ```typescript
 * const bob = new OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" });
 * export const owners = getOrganizationUsersOutput({ role: "owner" }, { dependsOn: [bob] }).users;
 * ```
 */
export function getOrganizationUsersOutput(
  args: GetOrganizationUsersOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetOrganizationUsersResult> {
  return afterDependencies("getOrganizationUsers", pulumi.output(args), opts, ({ role, emails }) =>
    users({ ...(role !== undefined && { role }), ...(emails !== undefined && { emails }) }),
  );
}

/**
 * Looks up one user of the organization by id (`retrieve_user`) or email (`list_users`), in every preview and update.
 *
 * It takes plain values and depends on nothing, so what the program has read already may answer it. To see what a
 * resource has become, use {@link getOrganizationUserOutput}.
 *
 * @param args - Who: either `userId` or `email`.
 * @param opts - As for {@link getOrganizationUsers}.
 * @throws pulumi.RunError where nobody has the id or email, and where {@link getOrganizationUsers} throws.
 *
 * @example
 * ```typescript
 * const alice = await getOrganizationUser({ email: "alice@example.com" });
 * ```
 */
export function getOrganizationUser(
  args: GetOrganizationUserArgs,
  opts: pulumi.InvokeOptions = {},
): Promise<OrganizationUser> {
  return asProgramError("getOrganizationUser", () => lookUpsOf(opts).run(user(args)));
}

function user(args: GetOrganizationUserArgs): LookUp<OrganizationUser> {
  return async (organization) => {
    const { userId, email } = args;
    if ((userId === undefined) === (email === undefined)) throw new Error("give either userId or email");
    const found =
      userId !== undefined ? await organization.read(userId) : await organization.findByEmail(email);
    if (found === undefined) {
      const who = userId === undefined ? `the email ${shown(email)}` : `the id ${shown(userId)}`;
      throw new Error(`nobody in the organization has ${who}`);
    }
    return found;
  };
}

/**
 * {@link getOrganizationUser} with Outputs as arguments, and `dependsOn`.
 *
 * It is answered by what was read after everything it depends on was done: the resources of its Output arguments, and
 * `dependsOn` (of a component, its children). Look-ups that become ready together share one listing. In a preview that
 * is yet to create one of these resources, the result is unknown.
 *
 * @param args - Who: either `userId` or `email`.
 * @param opts - As for {@link getOrganizationUsersOutput}.
 * @returns The user, as an Output. It fails where {@link getOrganizationUser} throws.
 *
 * @example
 * ```typescript
 * const carol = new OrganizationUserRole("carol", { email: "carol@example.com", role: "owner" });
 * export const addedAt = getOrganizationUserOutput({ userId: carol.userId }).addedAt;
 * ```
 */
export function getOrganizationUserOutput(
  args: GetOrganizationUserOutputArgs,
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<OrganizationUser> {
  return afterDependencies("getOrganizationUser", pulumi.output(args), opts, (resolved) =>
    user(resolved as GetOrganizationUserArgs),
  );
}

function afterDependencies<Args, T>(
  name: string,
  args: pulumi.Output<Args>,
  opts: pulumi.InvokeOutputOptions,
  lookUp: (resolved: pulumi.Unwrap<Args>) => LookUp<T>,
): pulumi.Output<T> {
  const ready = pulumi.all([args, dependenciesDone(args, opts.dependsOn)]);
  return ready.apply(([resolved, dependencies]) =>
    asProgramError(name, () => {
      const lookUps = lookUpsOf(opts);
      const question = lookUp(resolved);
      return dependencies.length === 0 ? lookUps.run(question) : lookUps.runAnew(question);
    }),
  );
}

/** How far apart two lines of a long listing are, in milliseconds. */
const PROGRESS_EVERY = 10_000;

function list(organization: Directory): Promise<OrganizationUser[]> {
  let last = performance.now();
  return organization.list((users) => {
    if (performance.now() - last < PROGRESS_EVERY) return;
    last = performance.now();
    say(`Listing the organization's users: ${users} so far.`);
  });
}

async function findAll(organization: Directory, emails: readonly string[]): Promise<OrganizationUser[]> {
  const bad = [emails].flat().find((email) => typeof email !== "string" || email === "");
  if (bad !== undefined || !Array.isArray(emails))
    throw new Error(`emails must be an array of emails, not ${shown(bad ?? emails)}`);
  const found = new Map<string, OrganizationUser>();
  const users = await Promise.all(emails.map((email: string) => organization.findByEmail(email)));
  for (const user of users) if (user !== undefined) found.set(user.userId, user);
  return [...found.values()];
}

/** Runs a look-up so that its error reaches the user as one plain message, without a stack. */
async function asProgramError<T>(name: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw programError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
