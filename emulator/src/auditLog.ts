import type { Answer } from "./answers";
import { invalid, listed, pageOf, pageRequest, wrongValue } from "./query";
import type { LoggedRequest } from "./requests";

/** The types of events that the emulator logs, or lets a test log. */
const EVENT_TYPES = [
  "user.added",
  "user.updated",
  "user.deleted",
  "invite.sent",
  "invite.accepted",
  "invite.deleted",
  "group.created",
  "group.updated",
  "group.deleted",
  "role.assignment.created",
  "role.assignment.deleted",
] as const;

export type AuditEventType = (typeof EVENT_TYPES)[number];

/** A person, as the audit log names them. */
export interface AuditPerson {
  readonly id: string;
  readonly email?: string;
}

/** Who does something, and how. */
export type AuditActor =
  | {
      readonly type: "session";
      readonly session: { readonly user: AuditPerson; readonly ip_address: string };
    }
  | {
      readonly type: "api_key";
      readonly api_key: { readonly id: string; readonly type: "user"; readonly user?: AuditPerson };
    };

/** An event, as the API tells it; what it is about stands under its type. */
export interface AuditEvent {
  readonly id: string;
  readonly type: AuditEventType;
  /** Unix seconds. */
  readonly effective_at: number;
  readonly actor: AuditActor;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What may be said about a new event. */
export interface NewAuditEvent extends Pick<AuditEvent, "type" | "details"> {
  /** Default: somebody in the dashboard, as {@link Audit.by} says. */
  readonly actor?: AuditActor;
  /** Default: now. */
  readonly effective_at?: number;
}

/** The audit log. What the API and the control side do to people and invitations is logged by itself. */
export interface Audit {
  /** Who does what the control side does, in the dashboard. Default `dashboard@example.com`. */
  by: AuditPerson;
  /** In order of time. */
  all(): readonly AuditEvent[];
  add(event: NewAuditEvent): AuditEvent;
}

const RANGE = ["gt", "gte", "lt", "lte"] as const;
const FILTERS = ["event_types[]", "actor_ids[]", "actor_emails[]", "resource_ids[]", "project_ids[]"];

/** The audit log, in memory. */
export class AuditLog implements Audit {
  by: AuditPerson = { id: "user-dashboard", email: "dashboard@example.com" };
  /** Who acts now, if it is not somebody in the dashboard. */
  actor: AuditActor | undefined;
  readonly #events: AuditEvent[] = [];

  /** @param clock - Milliseconds since 1970. */
  constructor(private readonly clock: () => number) {}

  all(): readonly AuditEvent[] {
    return [...this.#events];
  }

  add({ type, details, actor, effective_at }: NewAuditEvent): AuditEvent {
    const event: AuditEvent = {
      id: `audit_log-${String(this.#events.length + 1).padStart(6, "0")}`,
      type,
      effective_at: effective_at ?? Math.floor(this.clock() / 1000),
      actor: actor ??
        this.actor ?? { type: "session", session: { user: this.by, ip_address: "203.0.113.7" } },
      details,
    };
    this.#events.push(event);
    this.#events.sort((one, other) => one.effective_at - other.effective_at);
    return event;
  }

  /** `list_audit_logs`, the latest event first. */
  list(request: LoggedRequest): Answer {
    const ranges = RANGE.map((bound) => `effective_at[${bound}]`);
    const { value: asked, refused } = pageRequest(request, [...FILTERS, ...ranges]);
    if (refused) return refused;
    for (const type of request.query["event_types[]"] ?? []) {
      const wrong = wrongValue("event_types", type, EVENT_TYPES);
      if (wrong) return wrong;
    }
    for (const range of ranges) {
      const time = request.query[range]?.[0];
      if (time !== undefined && !/^\d+$/.test(time)) {
        return invalid(range, `Invalid '${range}': expected Unix seconds, got '${time}'.`);
      }
    }
    const page = pageOf(this.#events.filter((event) => isAskedFor(event, request)).reverse(), asked);
    return page
      ? listed(page, wire)
      : invalid("after", `Invalid 'after': no audit log with id '${asked.after ?? ""}' found.`);
  }
}

function isAskedFor(
  { type, effective_at: at, actor, details }: AuditEvent,
  { query }: LoggedRequest,
): boolean {
  const user = actor.type === "session" ? actor.session.user : actor.api_key.user;
  const isOne = (filter: string, values: readonly (string | undefined)[]): boolean =>
    query[filter]?.some((wanted) => values.includes(wanted)) ?? true;
  const bound = (name: string): number | undefined => {
    const text = query[`effective_at[${name}]`]?.[0];
    return text === undefined ? undefined : Number(text);
  };
  return (
    at > (bound("gt") ?? -Infinity) &&
    at >= (bound("gte") ?? -Infinity) &&
    at < (bound("lt") ?? Infinity) &&
    at <= (bound("lte") ?? Infinity) &&
    isOne("event_types[]", [type]) &&
    isOne("actor_ids[]", [user?.id]) &&
    isOne("actor_emails[]", [user?.email]) &&
    isOne("resource_ids[]", [String(details.id)]) &&
    isOne("project_ids[]", [])
  );
}

function wire({ id, type, effective_at, actor, details }: AuditEvent): unknown {
  return { object: "organization.audit_log", id, type, effective_at, actor, [type]: details };
}
