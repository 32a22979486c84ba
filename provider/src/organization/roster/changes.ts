import type { Role } from "../../users-api/role";
import type { Group, Invite, OrganizationUser } from "../../users-api/schema";
import type { ProjectNamed } from "../changeLine";
import type { Entry } from "../entry";
import type { OwnerGroup } from "../effectiveOwners";
import type { People } from "../people";
import type { Identified } from "./identify";

/** What was read of groups: all of them, and those with the owner role; or why they were not. */
export type GroupsRead =
  { readonly all: readonly Group[]; readonly owners: readonly OwnerGroup[] } | { readonly unseen: string };

/** An organization as it was read. */
export interface Situation {
  readonly people: People;
  /** Whom the roster's entries mean. */
  readonly identified: Identified;
  /** Whom list_users answers for the email of an entry, under another email. */
  readonly aliases: ReadonlyMap<Entry, OrganizationUser>;
  /** Undefined if they were not read. */
  readonly invites: readonly Invite[] | undefined;
  /** Absent if nobody asked for them. */
  readonly groups?: GroupsRead;
  /** In Unix seconds. */
  readonly now: number;
}

/** A change to one person, in the organization or in a project. */
export interface Change {
  readonly act: "add" | "promote" | "demote" | "remove";
  readonly user: OrganizationUser;
  /** The role to give; undefined if the person is removed. */
  readonly role: Role | undefined;
  /** The roster's entry, if it has one. */
  readonly entry: Entry | undefined;
  /** Whether the roster had an entry until now. */
  readonly wasDeclared: boolean;
  /** The names of the groups through which the person is an owner; absent if there are none, or nobody looked. */
  readonly ownerThrough?: readonly string[];
  /** Absent: it is about the organization. */
  readonly project?: ProjectNamed;
}

/** An invitation to send, or to revoke. */
export interface InviteChange {
  readonly act: "invite" | "revoke";
  readonly email: string;
  /** The role of the invitation; undefined if the API does not say. */
  readonly role: string | undefined;
  /** The roster's entry, if it has one. */
  readonly entry: Entry | undefined;
  /** The invitation to revoke. */
  readonly invite?: Invite;
  /** Why, for messages. */
  readonly why: string;
}
