import * as v from "valibot";

import { canonicalRole } from "../role";
import { emailOf, isSaid, nameOf, text } from "./fields";
import { pageOf } from "./page";
import { parser } from "./parser";

/** What the audit log tells about people's access, as far as it is asked for. */
export const AUDIT_EVENT_TYPES = [
  "user.added",
  "user.updated",
  "user.deleted",
  "role.assignment.created",
  "role.assignment.deleted",
] as const;

export type AuditEventType = (typeof AUDIT_EVENT_TYPES)[number];

/** Who did something, and how. */
export interface AuditActor {
  readonly email?: string;
  /** The id of the person or service account. */
  readonly id?: string;
  /** With an API key, or logged in; absent if the log does not say. */
  readonly how?: "key" | "session";
}

/** An entry of the organization's audit log. */
export interface AuditEvent {
  readonly type: string;
  /** In Unix seconds. */
  readonly at: number;
  readonly actor: AuditActor;
  /** The ids it is about: which of them is the person's is not documented for certain. */
  readonly about: readonly string[];
  /** The role that somebody was given, if that is what it was about. */
  readonly role?: string;
}

const Somebody = v.fallback(v.nullish(v.object({ id: text, email: text })), undefined);

const ActorAnswer = v.object({
  session: v.fallback(v.nullish(v.object({ user: Somebody })), undefined),
  api_key: v.fallback(v.nullish(v.object({ user: Somebody, service_account: Somebody })), undefined),
});

/** What stands under the event's own type. */
const Details = v.fallback(
  v.object({
    id: text,
    principal_id: text,
    resource_id: text,
    changes_requested: v.fallback(v.object({ role: text }), {}),
    data: v.fallback(v.object({ role: text }), {}),
  }),
  { changes_requested: {}, data: {} },
);

const AuditEventAnswer = v.pipe(
  v.looseObject({
    id: v.string(),
    type: v.string(),
    effective_at: v.pipe(v.number(), v.finite()),
    actor: v.fallback(v.nullish(ActorAnswer), undefined),
  }),
  v.transform(({ id, type, effective_at, actor, ...rest }): AuditEvent & { readonly id: string } => {
    const details = v.parse(Details, rest[type]);
    const { session, api_key: key } = actor ?? {};
    const somebody = session?.user ?? key?.user ?? key?.service_account;
    const role = [details.changes_requested.role, details.data.role].find(isSaid);
    return {
      id,
      type,
      at: effective_at,
      actor: {
        ...(isSaid(somebody?.email) && { email: emailOf(somebody.email) }),
        ...(isSaid(somebody?.id) && { id: nameOf(somebody.id) }),
        ...(key ? { how: "key" } : session ? { how: "session" } : {}),
      },
      about: [details.id, details.principal_id, details.resource_id].filter(isSaid),
      ...(role !== undefined && { role: canonicalRole(role) }),
    };
  }),
);

/** Parses an answer of list_audit_logs. */
export const parseAuditEvents = parser(pageOf(AuditEventAnswer, ({ id }) => id));
