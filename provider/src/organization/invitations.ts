import type { NewInvite, UsersApi } from "../users-api/client";
import { sameEmail } from "../users-api/email";
import { isNotFound, isTurnedDown } from "../users-api/errors";
import { INVITES_PATH } from "../users-api/paths";
import { sameRole } from "../users-api/role";
import type { Invite } from "../users-api/schema";
import { everyPage } from "./everyPage";

type InvitesApi = Pick<UsersApi, "listInvites" | "retrieveInvite" | "createInvite" | "deleteInvite">;

/** An organization's invitations. */
export class Invitations {
  readonly #client: InvitesApi;
  #all: Promise<readonly Invite[]> | undefined;
  readonly #found = new Map<string, Promise<Invite | undefined>>();

  constructor(client: InvitesApi) {
    this.#client = client;
  }

  /** list_invites: every invitation. They are read once, and again after this process changes one. */
  all(): Promise<readonly Invite[]> {
    return (this.#all ??= this.#list());
  }

  /** retrieve_invite: the invitation with an id, which the list does not show; undefined if there is none. */
  find(inviteId: string): Promise<Invite | undefined> {
    const found = this.#found.get(inviteId) ?? this.#retrieve(inviteId);
    this.#found.set(inviteId, found);
    return found;
  }

  /**
   * create_invite. At most one mail is sent: if an answer is lost, or the invitation is refused because there is one
   * already, the list is read first. One in the way whose time is over is deleted.
   *
   * @param now - The time, in Unix seconds.
   */
  async invite(invitation: NewInvite, now: number): Promise<Invite> {
    this.#forget();
    const send = (): Promise<Invite> =>
      this.#client.createInvite(invitation, () => this.#pending(invitation, now));
    try {
      return await send();
    } catch (error) {
      if (!isTurnedDown(error)) throw error;
      const expired = (await this.all()).filter(
        (one) => isOpen(one) && !isPending(one, now) && sameEmail(one.email, invitation.email),
      );
      if (expired.length === 0) throw error;
      for (const one of expired) await this.revoke(one);
      return send();
    }
  }

  /** delete_invite. Returns false if the invitation is gone already. */
  async revoke({ inviteId }: Pick<Invite, "inviteId">): Promise<boolean> {
    this.#forget();
    try {
      await this.#client.deleteInvite(inviteId);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  #forget(): void {
    this.#all = undefined;
    this.#found.clear();
  }

  async #retrieve(inviteId: string): Promise<Invite | undefined> {
    try {
      return await this.#client.retrieveInvite(inviteId);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      this.#found.delete(inviteId);
      throw error;
    }
  }

  async #pending({ email, role }: NewInvite, now: number): Promise<Invite | undefined> {
    this.#all = undefined;
    return (await this.all()).find(
      (one) => isPending(one, now) && sameEmail(one.email, email) && sameRole(one.role, role),
    );
  }

  async #list(): Promise<readonly Invite[]> {
    const found = new Map<string, Invite>();
    await everyPage({ operation: "list_invites", path: INVITES_PATH }, async (after) => {
      const page = await this.#client.listInvites(after);
      const before = found.size;
      for (const invite of page.items) found.set(invite.inviteId, invite);
      // A page that shows nothing new is as good as an empty one.
      return found.size === before ? { ...page, items: [] } : page;
    });
    return [...found.values()];
  }
}

/** Whether nobody has accepted an invitation. */
export function isOpen({ status }: Invite): boolean {
  return status !== "accepted";
}

/** Whether an invitation can still be accepted: some servers list it as pending after its time. */
export function isPending({ status, expiresAt = Infinity }: Invite, now: number): boolean {
  return status === "pending" && expiresAt > now;
}
