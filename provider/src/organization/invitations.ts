import { sameEmail } from "../users-api/email";
import type { NewInvite, UsersApi } from "../users-api/client";
import { isNotFound } from "../users-api/errors";
import { INVITES_PATH } from "../users-api/paths";
import { sameRole } from "../users-api/role";
import type { Invite } from "../users-api/schema";
import { everyPage } from "./everyPage";

type InvitesApi = Pick<UsersApi, "listInvites" | "createInvite" | "deleteInvite">;

/** An organization's invitations. */
export class Invitations {
  readonly #client: InvitesApi;
  #pending: Promise<readonly Invite[]> | undefined;

  constructor(client: InvitesApi) {
    this.#client = client;
  }

  /** list_invites: the invitations that nobody has accepted. They are read once, and again after this process changes one. */
  open(): Promise<readonly Invite[]> {
    this.#pending ??= this.#list();
    return this.#pending;
  }

  /**
   * create_invite. Nobody is mailed twice: if an answer is lost, or the invitation is refused because there is one
   * already, the list is read first.
   */
  invite(invitation: NewInvite): Promise<Invite> {
    this.#pending = undefined;
    return this.#client.createInvite(invitation, async () =>
      (await this.#list()).find(
        ({ status, email, role }) =>
          status === "pending" && sameEmail(email, invitation.email) && sameRole(role, invitation.role),
      ),
    );
  }

  /** delete_invite. Returns false if the invitation is gone already. */
  async revoke({ inviteId }: Invite): Promise<boolean> {
    this.#pending = undefined;
    try {
      await this.#client.deleteInvite(inviteId);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #list(): Promise<readonly Invite[]> {
    const invites = await everyPage({ operation: "list_invites", path: INVITES_PATH }, (after) =>
      this.#client.listInvites(after),
    );
    const found = new Map(invites.map((invite) => [invite.inviteId, invite]));
    return [...found.values()].filter(({ status }) => status !== "accepted");
  }
}
