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
  /** In Unix seconds. */
  readonly expiresAt?: number;
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
    expires_at: time,
  }),
  v.transform(({ id, email, role, status, expires_at }): Invite => ({
    inviteId: id,
    status: nameOf(status),
    ...contact(email, undefined),
    ...(isSaid(role) && { role: canonicalRole(nameOf(role)) }),
    ...(typeof expires_at === "number" && { expiresAt: expires_at }),
  })),
);

/** Parses an answer of list_invites. */
export const parseInvites = parser(pageOf(InviteAnswer, ({ inviteId }) => inviteId));

/** Parses an answer of create_invite. */
export const parseInvite = parser(InviteAnswer);
