import * as pulumi from "@pulumi/pulumi";

import { afterDependencies, lookUpNow } from "./dataSource";
import { say, type LookUp } from "./lookUps";
import { lookUpUser, lookUpUsers } from "../organization/lookUps";
import type { Role } from "../users-api/role";
import type { OrganizationUser } from "../users-api/schema/users";

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

/** The person {@link getOrganizationUser} looks up: give either `userId` or `email`. */
export type GetOrganizationUserArgs =
  | {
      /** The user's id, such as `user-abc`. */
      userId: string;
      /** Not with `userId`. */
      email?: undefined;
    }
  | {
      /** The email, in any case. */
      email: string;
      /** Not with `email`. */
      userId?: undefined;
    };

/** The person {@link getOrganizationUserOutput} looks up: give either `userId` or `email`. */
export interface GetOrganizationUserOutputArgs {
  /** The user's id. */
  userId?: pulumi.Input<string | undefined>;
  /** The email, in any case. */
  email?: pulumi.Input<string | undefined>;
}

/**
 * Lists the users of the organization (`list_users`), in every preview and update. With `emails` it asks for these
 * alone, if the server can.
 *
 * It takes plain values and depends on nothing, so what the program has read before may answer it. To see the result of
 * changes to resources, use {@link getOrganizationUsersOutput}.
 *
 * @param args - Which users. Default: all.
 * @param opts - Pulumi's invoke options; only `provider`, or that of `parent`, has an effect.
 * @throws pulumi.RunError if a setting or an argument is wrong, if `provider` belongs to another copy of this package, or
 * if the request fails.
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
  return lookUpNow("getOrganizationUsers", users(args), opts);
}

/**
 * {@link getOrganizationUsers} with Outputs as arguments, and `dependsOn`.
 *
 * It is answered by what is read after everything it depends on is done: the resources of its Output arguments and of
 * `dependsOn` (for a component, its children). Look-ups that become ready together share one listing. The result is
 * unknown in a preview that would create one of these resources.
 *
 * @param args - Which users. Default: all.
 * @param opts - Pulumi's invoke options; only `dependsOn` and `provider`, or that of `parent`, have an effect.
 * @returns The users, as an Output. It fails if {@link getOrganizationUsers} would throw.
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
 * It may be answered by what the program has read before, as {@link getOrganizationUsers} may.
 *
 * @param args - Who: either `userId` or `email`.
 * @param opts - As for {@link getOrganizationUsers}.
 * @throws pulumi.RunError if nobody has the id or email, and if {@link getOrganizationUsers} would throw.
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
  return lookUpNow("getOrganizationUser", user(args), opts);
}

/**
 * {@link getOrganizationUser} with Outputs as arguments, and `dependsOn`: see {@link getOrganizationUsersOutput}.
 *
 * @param args - Who: either `userId` or `email`.
 * @param opts - As for {@link getOrganizationUsersOutput}.
 * @returns The user, as an Output. It fails if {@link getOrganizationUser} would throw.
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

function users(args: GetOrganizationUsersArgs): LookUp<GetOrganizationUsersResult> {
  return async ({ directory }) => ({ users: await lookUpUsers(directory, args, say) });
}

function user(args: GetOrganizationUserArgs): LookUp<OrganizationUser> {
  return ({ directory }) => lookUpUser(directory, args);
}
