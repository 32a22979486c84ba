import * as v from "valibot";

import { canonicalRole } from "../role";
import { contact, Id, isSaid, nameOf, time } from "./fields";
import { pageOf } from "./page";
import { parser } from "./parser";

/** An invitation to the organization. */
export interface Invite {
  readonly inviteId: string;
  /** The email address to which it was sent. */
  readonly email?: string;
  /** `owner` or `member` (`reader` becomes `member`). */
  readonly role?: string;
  /** `pending`, `accepted` or `expired`. */
  readonly status: string;
  /** In Unix seconds, as the times below. */
  readonly createdAt?: number;
  readonly expiresAt?: number;
  readonly acceptedAt?: number;
}

/** A project that an invited person also joins. */
export interface InviteProject {
  /** The project's id, such as `proj_abc`. */
  readonly id: string;
  /** What the person will be in the project. */
  readonly role: "member" | "owner";
}

const InviteAnswer = v.pipe(
  v.object({
    id: Id,
    email: v.nullish(v.string()),
    role: v.nullish(v.string()),
    status: v.string(),
    created_at: time,
    expires_at: time,
    accepted_at: time,
  }),
  v.transform(({ id, email, role, status, ...times }): Invite => ({
    inviteId: id,
    status: nameOf(status),
    ...contact(email, undefined),
    ...(isSaid(role) && { role: canonicalRole(nameOf(role)) }),
    ...(typeof times.created_at === "number" && { createdAt: times.created_at }),
    ...(typeof times.expires_at === "number" && { expiresAt: times.expires_at }),
    ...(typeof times.accepted_at === "number" && { acceptedAt: times.accepted_at }),
  })),
);

/** Parses an answer of list_invites. */
export const parseInvites = parser(pageOf(InviteAnswer, ({ inviteId }) => inviteId));

/** Parses an answer of create_invite or retrieve_invite. */
export const parseInvite = parser(InviteAnswer);
