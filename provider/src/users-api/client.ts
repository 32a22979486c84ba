import {
  BadRequestError,
  InvalidResponseError,
  isAboutInvites,
  isNotFound,
  UncertainError,
  type Operation,
  type RequestContext,
} from "./errors";
import { ADMIN_KEYS_PATH, invitePath, INVITES_PATH, userPath, USERS_PATH } from "./paths";
import { isRole, sameRole, type Role } from "./role";
import { RoleWords } from "./roleWords";
import {
  parseAdminKeys,
  parseDeleted,
  parseInvite,
  parseInvites,
  parsePage,
  parseUser,
  type AdminKeyPage,
  type Invite,
  type InvitePage,
  type InviteProject,
  type OrganizationUser,
  type Parsed,
  type UserPage,
} from "./schema";
import type { Throttle } from "./throttle";
import type { ApiAnswer, ApiRequest, Transport } from "./transport";

/** The most that a list answers on one page. */
const PAGE_LIMIT = 100;

/** What list_users is asked for. */
export interface ListUsersQuery {
  /** The id after which the page begins; default: the beginning. */
  readonly after?: string | undefined;
  /** Only users with one of these emails. Newer than the rest of the API: a server may ignore it. */
  readonly emails?: readonly string[];
}

/** Whom to invite, and as what. */
export interface NewInvite {
  readonly email: string;
  readonly role: Role;
  /** The projects that the person joins, too. Empty: none. */
  readonly projects: readonly InviteProject[];
}

/**
 * The operations of the organization users API and of invitations, and the list of admin keys, each paced and repeated by the throttle.
 * Every method throws a `UsersApiError` that names the operation, the path and, where there is one, the request id.
 */
export class UsersClient {
  readonly #transport: Pick<Transport, keyof Transport>;
  readonly #throttle: Throttle;
  readonly #words = new RoleWords();

  constructor(transport: Pick<Transport, keyof Transport>, throttle: Throttle) {
    this.#transport = transport;
    this.#throttle = throttle;
  }

  /** The organization that the API says it has answered for last, in the header `openai-organization`. */
  get organization(): string | undefined {
    return this.#transport.organization;
  }

  /** list_users: one page of up to 100 users. */
  async listUsers({ after, emails = [] }: ListUsersQuery = {}): Promise<UserPage> {
    const answer = await this.#list("list_users", USERS_PATH, after, emails);
    return understood(answer, parsePage(answer.body));
  }

  /** retrieve_user: one user by id. Throws `NotFoundError` where the user is not in the organization. */
  async retrieveUser(userId: string): Promise<OrganizationUser> {
    const answer = await this.#send({ operation: "retrieve_user", method: "GET", path: userPath(userId) });
    return aboutUser(answer, userId);
  }

  /**
   * modify_user: sets a user's role, and answers the user as it is afterwards. Where the server takes only one of
   * `member` and `reader`, that one is sent for both.
   */
  async modifyUser(userId: string, role: Role): Promise<OrganizationUser> {
    const answer = await this.#words.send(role, (word) =>
      this.#send({ operation: "modify_user", method: "POST", path: userPath(userId), body: { role: word } }),
    );
    const user = aboutUser(answer, userId);
    // Any other word may be a custom role, which is no broken answer.
    if (isRole(user.role) && !sameRole(user.role, role))
      throw new InvalidResponseError(answer.context, `returned the role "${user.role}" instead of "${role}"`);
    return user;
  }

  /** delete_user: removes a user from the organization. Throws `NotFoundError` where there is no such user. */
  async deleteUser(userId: string): Promise<void> {
    await this.#delete({ operation: "delete_user", method: "DELETE", path: userPath(userId) }, userId);
  }

  /** list_invites: one page of up to 100 invitations, accepted and expired ones included. */
  async listInvites(after?: string): Promise<InvitePage> {
    const answer = await this.#list("list_invites", INVITES_PATH, after);
    return understood(answer, parseInvites(answer.body));
  }

  /**
   * create_invite: has OpenAI mail an invitation to a human being, so it is never repeated blindly.
   *
   * @param find - Looks, with list_invites, whether the invitation is there: after everything that may have sent it, and
   * where it is refused, as an invitation that is there already is.
   */
  async createInvite(
    { email, role, projects }: NewInvite,
    find: () => Promise<Invite | undefined>,
  ): Promise<Invite> {
    // Nothing documents that `member`, too, would be taken here.
    const body = { email, role: role === "owner" ? role : "reader", projects };
    const request: ApiRequest = { operation: "create_invite", method: "POST", path: INVITES_PATH, body };
    const look = (): Promise<Invite | undefined> =>
      find().catch((error: unknown) => {
        throw new UncertainError(request, error);
      });
    const send = async (): Promise<Invite> => {
      const answer = await this.#transport.send(request);
      const invite = understood(answer, parseInvite(answer.body));
      const isIt = invite.email?.toLowerCase() === email.toLowerCase() && sameRole(invite.role, role);
      if (!isIt) throw another(answer.context);
      return invite;
    };
    try {
      return await this.#throttle.run(request, send, look);
    } catch (error) {
      const mayBeThere = error instanceof InvalidResponseError || error instanceof BadRequestError;
      const invite = mayBeThere ? await look() : undefined;
      if (invite === undefined) throw error;
      return invite;
    }
  }

  /** delete_invite: revokes an invitation. Throws `NotFoundError` where there is none with this id. */
  async deleteInvite(inviteId: string): Promise<void> {
    await this.#delete(
      { operation: "delete_invite", method: "DELETE", path: invitePath(inviteId) },
      inviteId,
    );
  }

  /** list_admin_api_keys: one page of up to 100 keys, as far as the answer tells whose they are. It is tried twice at most. */
  async listAdminApiKeys(after?: string): Promise<AdminKeyPage> {
    const answer = await this.#list("list_admin_api_keys", ADMIN_KEYS_PATH, after);
    return understood(answer, parseAdminKeys(answer.body));
  }

  /** Closes every connection. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  #list(
    operation: Operation,
    path: string,
    after: string | undefined,
    emails: readonly string[] = [],
  ): Promise<ApiAnswer> {
    const query = new URLSearchParams({ limit: String(PAGE_LIMIT) });
    if (after !== undefined) query.set("after", after);
    for (const email of emails) query.append("emails[]", email);
    return this.#send({ operation, method: "GET", path, query });
  }

  async #delete(request: ApiRequest, id: string): Promise<void> {
    let sent = 0;
    try {
      const answer = await this.#send(request, () => sent++);
      if (understood(answer, parseDeleted(answer.body)).id !== id) throw another(answer.context);
    } catch (error) {
      // An earlier try did it, though its answer was lost.
      if (isNotFound(error) && sent > 1) return;
      throw error;
    }
  }

  #send(request: ApiRequest, onSend?: () => void): Promise<ApiAnswer> {
    const { operation, method, path } = request;
    return this.#throttle.run({ operation, method, path }, () => {
      onSend?.();
      return this.#transport.send(request);
    });
  }
}

/** The operations alone, without the connections behind them. */
export interface UsersApi extends Pick<
  UsersClient,
  | "listUsers"
  | "retrieveUser"
  | "modifyUser"
  | "deleteUser"
  | "listInvites"
  | "createInvite"
  | "deleteInvite"
  | "listAdminApiKeys"
> {
  /** The organization that the API says it has answered for last; undefined where it has not said. */
  readonly organization?: string | undefined;
}

function understood<T>(answer: ApiAnswer, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new InvalidResponseError(
    answer.context,
    `returned something other than the API's document says: ${parsed.problem}`,
  );
}

function aboutUser(answer: ApiAnswer, userId: string): OrganizationUser {
  const user = understood(answer, parseUser(answer.body));
  if (user.userId !== userId) throw another(answer.context);
  return user;
}

/** The id is not shown: whatever answers there may repeat anything, also a piece of the key. */
function another(context: RequestContext): InvalidResponseError {
  return new InvalidResponseError(
    context,
    `returned another ${isAboutInvites(context) ? "invitation" : "user"}`,
  );
}
