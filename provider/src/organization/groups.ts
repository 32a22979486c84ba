import type { UsersApi } from "../users-api/client";
import { isUnseen, type Operation } from "../users-api/errors";
import { groupPath, GROUPS_PATH, userPath } from "../users-api/paths";
import type { AssignedRole, Group } from "../users-api/schema";
import { isOwnerRole, type OwnerGroup } from "./effectiveOwners";
import { everyPage } from "./everyPage";

type GroupsApi = Pick<UsersApi, "listGroups" | "listGroupRoles" | "listGroupUsers" | "listUserRoles">;

/** The organization's groups and roles cannot be seen, so nobody can say who is an owner through them. */
export class UnseenError extends Error {
  override readonly name = "UnseenError";
}

/** An organization's groups, and the roles that its people have besides the base role. */
export class Groups {
  readonly #client: GroupsApi;
  #all: Promise<readonly Group[]> | undefined;
  #owners: Promise<readonly OwnerGroup[]> | undefined;

  constructor(client: GroupsApi) {
    this.#client = client;
  }

  /**
   * list_groups: every group. They are read once.
   *
   * @throws {@link UnseenError} if the organization or the key does not get to see them.
   */
  all(): Promise<readonly Group[]> {
    return (this.#all ??= listAll("list_groups", GROUPS_PATH, (after) => this.#client.listGroups(after)));
  }

  /**
   * list_groups, list_group_roles for each, and list_group_users for those that have the owner role: these. They are read
   * once.
   *
   * @throws {@link UnseenError} if the organization or the key does not get to see them.
   */
  owners(): Promise<readonly OwnerGroup[]> {
    return (this.#owners ??= this.#readOwners());
  }

  /**
   * list_user_roles: the roles that a person has besides the base role.
   *
   * @throws {@link UnseenError} if the organization or the key does not get to see them.
   */
  rolesOf(userId: string): Promise<readonly AssignedRole[]> {
    const path = `${userPath(userId)}/roles`;
    return listAll("list_user_roles", path, (after) => this.#client.listUserRoles(userId, after));
  }

  async #readOwners(): Promise<readonly OwnerGroup[]> {
    const owners = await Promise.all(
      (await this.all()).map(async ({ groupId, name }): Promise<OwnerGroup | undefined> => {
        const path = groupPath(groupId);
        const roles = await listAll("list_group_roles", `${path}/roles`, (after) =>
          this.#client.listGroupRoles(groupId, after),
        );
        if (!roles.some(isOwnerRole)) return undefined;
        const users = await listAll("list_group_users", `${path}/users`, (after) =>
          this.#client.listGroupUsers(groupId, after),
        );
        return { groupId, name, users };
      }),
    );
    return owners.filter((group) => group !== undefined);
  }
}

async function listAll<T>(
  operation: Operation,
  path: string,
  fetch: Parameters<typeof everyPage<T>>[1],
): Promise<T[]> {
  try {
    return await everyPage({ operation, path }, fetch);
  } catch (error) {
    if (!isUnseen(error)) throw error;
    const what = operation === "list_user_roles" ? "roles" : "groups";
    throw new UnseenError(`The organization's ${what} cannot be seen: ${error.message}`, { cause: error });
  }
}
