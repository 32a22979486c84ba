import type { NewAuditEvent } from "./auditLog";
import type { ProjectStore } from "./projectStore";
import type { User, Users } from "./store";

/** What an invited person will do in a project. */
export interface ProjectOfInvite {
  readonly id: string;
  readonly role: "member" | "owner";
}

/** An invitation, as it is now. */
export interface Invite {
  readonly id: string;
  readonly email: string;
  readonly role: "owner" | "reader";
  readonly status: "pending" | "accepted" | "expired";
  /** Unix seconds. */
  readonly created_at: number;
  /** Unix seconds. */
  readonly expires_at: number;
  /** Unix seconds; `null` until it is accepted. */
  readonly accepted_at: number | null;
  readonly projects: readonly ProjectOfInvite[];
}

/** What may be said about a new invitation. */
export interface NewInvite {
  readonly email: string;
  /** Default `reader`. */
  readonly role?: Invite["role"];
  /** Default: the default project, as its member. */
  readonly projects?: readonly ProjectOfInvite[];
}

/** Invitations, behind the API's back, in the order in which they were made. */
export interface Invites {
  all(): readonly Invite[];
  get(id: string): Invite | undefined;
  /** Whatever the API would refuse. */
  add(invite: NewInvite): Invite;
  /** Adds the person to the organization. Throws a `RangeError` unless the invitation is pending. */
  accept(id: string): User;
  /** Lets it expire now. Throws a `RangeError` unless the invitation is pending. */
  expire(id: string): Invite;
  /** Whether there was such an invitation. */
  remove(id: string): boolean;
}

const LIFETIME = 7 * 24 * 60 * 60;
const DEFAULT_PROJECT: ProjectOfInvite = { id: "proj_default", role: "member" };

/** The invitations, in memory. */
export class InviteStore implements Invites {
  /** The projects that people who accept can join. */
  projects: ProjectStore | undefined;
  /** Told of each change. */
  onChange: (event: NewAuditEvent) => void = () => undefined;
  readonly #invites = new Map<string, Omit<Invite, "status">>();
  #number = 0;

  /** @param clock - Milliseconds since 1970. */
  constructor(
    private readonly users: Users,
    private readonly clock: () => number,
  ) {}

  all(): readonly Invite[] {
    return [...this.#invites.values()].map((invite) => this.#asOfNow(invite));
  }

  get(id: string): Invite | undefined {
    const invite = this.#invites.get(id);
    return invite && this.#asOfNow(invite);
  }

  add({ email, role = "reader", projects = [DEFAULT_PROJECT] }: NewInvite): Invite {
    const id = `invite-${String(++this.#number).padStart(6, "0")}`;
    const created_at = this.#now();
    const expires_at = created_at + LIFETIME;
    this.onChange({ type: "invite.sent", details: { id, data: { email, role } } });
    return this.#keep({ id, email, role, created_at, expires_at, accepted_at: null, projects });
  }

  accept(id: string): User {
    const { email, role, projects } = this.#keep({ ...this.#pending(id), accepted_at: this.#now() });
    this.onChange({ type: "invite.accepted", details: { id } });
    const user = this.users.add({ email, role, added_at: this.#now() });
    for (const project of projects) {
      if (this.projects?.get(project.id)?.status === "active")
        this.projects.setUser(project.id, user.id, project.role);
    }
    return user;
  }

  expire(id: string): Invite {
    return this.#keep({ ...this.#pending(id), expires_at: this.#now() });
  }

  remove(id: string): boolean {
    const removed = this.#invites.delete(id);
    if (removed) this.onChange({ type: "invite.deleted", details: { id } });
    return removed;
  }

  #pending(id: string): Invite {
    const invite = this.get(id);
    if (invite?.status === "pending") return invite;
    throw new RangeError(`invitation ${id} is ${invite?.status ?? "not there"}`);
  }

  #keep(invite: Omit<Invite, "status">): Invite {
    this.#invites.set(invite.id, invite);
    return this.#asOfNow(invite);
  }

  #asOfNow(invite: Omit<Invite, "status">): Invite {
    const open = this.#now() < invite.expires_at ? "pending" : "expired";
    return { ...invite, status: invite.accepted_at === null ? open : "accepted" };
  }

  #now(): number {
    return Math.floor(this.clock() / 1000);
  }
}
