import { isSimilarEmail } from "./email";
import { InvalidResponseError, isTurnedDown, mayHaveHadEffect, UncertainError } from "./errors";
import {
  ADMIN_KEYS_PATH,
  AUDIT_LOGS_PATH,
  groupPath,
  GROUPS_PATH,
  invitePath,
  INVITES_PATH,
  userPath,
  USERS_PATH,
} from "./paths";
import { about, Requests } from "./requests";
import { isRole, sameRole, type Role } from "./role";
import { RoleWords } from "./roleWords";
import {
  parseAdminKeys,
  parseAssignedRoles,
  parseAuditEvents,
  parseGroups,
  parseGroupUsers,
  parseInvite,
  parseInvites,
  parseUser,
  parseUserActivity,
  parseUsers,
  type AdminKeyEntry,
  type AssignedRole,
  type AuditEvent,
  type AuditEventType,
  type Group,
  type GroupUser,
  type Invite,
  type InviteProject,
  type OrganizationUser,
  type Page,
  type UserActivity,
} from "./schema";
import type { Throttle } from "./pacing/throttle";
import type { ApiAnswer, ApiRequest, Transport } from "./http/transport";

/** The most that the list of groups answers on one page. */
export const GROUPS_LIMIT = 1000;

/** Which page of list_users. */
export interface ListUsersQuery {
  /** The id after which the page begins. Default: the beginning. */
  readonly after?: string | undefined;
  /** Only users with one of these emails. Newer than the rest of the API: a server may ignore it. */
  readonly emails?: readonly string[];
}

/** Which events of the audit log. */
export interface AuditQuery {
  /** The time of the earliest, in Unix seconds. Default: any. */
  readonly since?: number | undefined;
  readonly types: readonly AuditEventType[];
}

/** Who to invite, and as what. */
export interface NewInvite {
  readonly email: string;
  readonly role: Role;
  /** The projects that the person also joins. Empty: none. */
  readonly projects: readonly InviteProject[];
}

/**
 * The operations that this package needs, each paced and retried by the throttle.
 * Every method throws a `UsersApiError` that names the operation, the path and the request id, if there is one.
 */
export class UsersClient {
  readonly #transport: Pick<Transport, keyof Transport>;
  readonly #throttle: Throttle;
  readonly #requests: Requests;
  readonly #words = new RoleWords();

  constructor(transport: Pick<Transport, keyof Transport>, throttle: Throttle) {
    this.#transport = transport;
    this.#throttle = throttle;
    this.#requests = new Requests(transport, throttle);
  }

  /** The organization in the latest answer's header `openai-organization`; undefined if there was none yet. */
  get organization(): string | undefined {
    return this.#transport.organization;
  }

  /** list_users: one page of up to 100 users. */
  async listUsers({ after, emails = [] }: ListUsersQuery = {}): Promise<Page<OrganizationUser>> {
    return this.#requests.list("list_users", USERS_PATH, { after, "emails[]": emails }, parseUsers);
  }

  /** list_users: one page of up to 100 users, with when they last used an API key. */
  async listUserActivity(after?: string): Promise<Page<UserActivity>> {
    return this.#requests.list("list_users", USERS_PATH, { after }, parseUserActivity);
  }

  /** retrieve_user: one user by id. Throws `NotFoundError` if the user is not in the organization. */
  async retrieveUser(userId: string): Promise<OrganizationUser> {
    const path = userPath(userId);
    return aboutUser(await this.#requests.send({ operation: "retrieve_user", method: "GET", path }), userId);
  }

  /**
   * modify_user: sets a user's role, and returns the user as it is afterwards. If the server takes only one of `member`
   * and `reader`, that one is sent for both.
   */
  async modifyUser(userId: string, role: Role): Promise<OrganizationUser> {
    const request = { operation: "modify_user", method: "POST", path: userPath(userId) } as const;
    const answer = await this.#words.send(role, (word) =>
      this.#throttle.run(request, () => this.#transport.send({ ...request, body: { role: word() } })),
    );
    const user = aboutUser(answer, userId);
    // Any other word may be a custom role, which is a valid answer.
    if (isRole(user.role) && !sameRole(user.role, role))
      throw new InvalidResponseError(answer.context, `returned the role "${user.role}" instead of "${role}"`);
    return user;
  }

  /** delete_user: removes a user from the organization. Throws `NotFoundError` if there is no such user. */
  async deleteUser(userId: string): Promise<void> {
    await this.#requests.delete("delete_user", userPath(userId), userId);
  }

  /** list_invites: one page of up to 100 invitations, accepted and expired ones included. */
  async listInvites(after?: string): Promise<Page<Invite>> {
    return this.#requests.list("list_invites", INVITES_PATH, { after }, parseInvites);
  }

  /** retrieve_invite: one invitation by id. Throws `NotFoundError` if there is none. */
  async retrieveInvite(inviteId: string): Promise<Invite> {
    const path = invitePath(inviteId);
    const answer = await this.#requests.send({ operation: "retrieve_invite", method: "GET", path });
    return about(answer, parseInvite(answer.body), (invite) => invite.inviteId === inviteId);
  }

  /**
   * create_invite: OpenAI mails an invitation to a human being, so it is sent once, and again only after a 429.
   *
   * @param find - Looks for the invitation with list_invites. Called if the answer does not tell whether it was sent, and
   * after a refusal: that is also the answer if the person has been invited before.
   * @throws UncertainError if it may have been sent and was not found.
   */
  async createInvite(
    { email, role, projects }: NewInvite,
    find: () => Promise<Invite | undefined>,
  ): Promise<Invite> {
    // Only `owner` and `reader` are documented here.
    const body = { email, role: role === "owner" ? role : "reader", projects };
    const request: ApiRequest = { operation: "create_invite", method: "POST", path: INVITES_PATH, body };
    const send = async (): Promise<Invite> => {
      const answer = await this.#transport.send(request);
      const isIt = (invite: Invite): boolean =>
        isSimilarEmail(invite.email, email) && sameRole(invite.role, role);
      return about(answer, parseInvite(answer.body), isIt);
    };
    try {
      return await this.#throttle.run(request, send, { isOnce: true });
    } catch (error) {
      const isUncertain = mayHaveHadEffect(error);
      if (!isUncertain && !isTurnedDown(error)) throw error;
      const invite = await find().catch((second: unknown) => {
        throw new UncertainError(request, isUncertain ? error : second);
      });
      if (invite !== undefined) return invite;
      throw isUncertain ? new UncertainError(request, error) : error;
    }
  }

  /** delete_invite: revokes an invitation. Throws `NotFoundError` if there is none with this id. */
  async deleteInvite(inviteId: string): Promise<void> {
    await this.#requests.delete("delete_invite", invitePath(inviteId), inviteId);
  }

  /**
   * list_admin_api_keys: one page of up to 100 keys, without keys that belong to no user. It is tried twice
   * at most.
   */
  async listAdminApiKeys(after?: string): Promise<Page<AdminKeyEntry>> {
    return this.#requests.list("list_admin_api_keys", ADMIN_KEYS_PATH, { after }, parseAdminKeys);
  }

  /** list_groups: one page of up to 1,000 groups. Some plans have none, and answer 403 or 404. */
  async listGroups(after?: string): Promise<Page<Group>> {
    return this.#requests.list("list_groups", GROUPS_PATH, { after, limit: GROUPS_LIMIT }, parseGroups);
  }

  /** list_group_roles: one page of up to 100 roles that a group gives to its people. */
  async listGroupRoles(groupId: string, after?: string): Promise<Page<AssignedRole>> {
    return this.#requests.list(
      "list_group_roles",
      `${groupPath(groupId)}/roles`,
      { after },
      parseAssignedRoles,
    );
  }

  /** list_group_users: one page of up to 100 people in a group. */
  async listGroupUsers(groupId: string, after?: string): Promise<Page<GroupUser>> {
    return this.#requests.list("list_group_users", `${groupPath(groupId)}/users`, { after }, parseGroupUsers);
  }

  /** list_user_roles: one page of up to 100 roles that a person has besides the base role. */
  async listUserRoles(userId: string, after?: string): Promise<Page<AssignedRole>> {
    return this.#requests.list("list_user_roles", `${userPath(userId)}/roles`, { after }, parseAssignedRoles);
  }

  /** list_audit_logs: up to 100 events, the latest first. It is tried twice at most. */
  async listAuditEvents({ since, types }: AuditQuery): Promise<readonly AuditEvent[]> {
    const query = { "effective_at[gte]": since, "event_types[]": types };
    return (await this.#requests.list("list_audit_logs", AUDIT_LOGS_PATH, query, parseAuditEvents)).items;
  }

  /** Closes every connection. */
  close(): Promise<void> {
    return this.#transport.close();
  }
}

/** The operations alone, without the connections behind them. */
export type UsersApi = Omit<UsersClient, "close">;

/** What it takes to look people up and to change their roles. */
export type PeopleApi = Pick<
  UsersApi,
  "listUsers" | "retrieveUser" | "modifyUser" | "deleteUser" | "listAdminApiKeys" | "organization"
>;

function aboutUser(answer: ApiAnswer, userId: string): OrganizationUser {
  return about(answer, parseUser(answer.body), (user) => user.userId === userId);
}
