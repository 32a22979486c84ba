/** The operations of the users API and its neighbours. */
const OPERATIONS = [
  "list_users",
  "retrieve_user",
  "modify_user",
  "delete_user",
  "list_invites",
  "create_invite",
  "retrieve_invite",
  "delete_invite",
  "list_admin_api_keys",
  "list_groups",
  "list_group_roles",
  "list_group_users",
  "list_user_roles",
  "list_audit_logs",
  "list_projects",
  "list_project_users",
  "retrieve_project_user",
  "create_project_user",
  "modify_project_user",
  "delete_project_user",
] as const;

/** An operation of the API; `other` is every other request. */
export type Operation = (typeof OPERATIONS)[number] | "other";

/** How many requests have arrived for each operation, however they were answered. */
export type Counts = Readonly<Record<Operation, number>>;

/** One request, as it arrived and as it was answered. */
export interface LoggedRequest {
  readonly operation: Operation;
  readonly method: string;
  /** The path as sent (still percent-encoded), without the query. */
  readonly path: string;
  /** Every query parameter with all its values, in the order sent. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  /** Header names are lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; empty if there was none. */
  readonly body: string;
  /** The user id named in the path, decoded. */
  readonly userId?: string;
  /** The id of an invitation named in the path, decoded. */
  readonly inviteId?: string;
  /** The id of a group named in the path, decoded. */
  readonly groupId?: string;
  /** The id of a project named in the path, decoded. */
  readonly projectId?: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** The status sent; `undefined` until one is, and for good if the connection ended first. */
  readonly status: number | undefined;
}

/** A logged request that can still be given its status. */
export type OpenRequest = LoggedRequest & { status: number | undefined };

/** What has been asked of the emulator. */
export interface Requests {
  counts(): Counts;
  /** In order of arrival. The array is a copy; its entries gain their status when answered. */
  log(): readonly LoggedRequest[];
  /** Forgets every request so far; one still open is not remembered when it ends. */
  reset(): void;
}

/** Remembers requests. */
export class RequestLog implements Requests {
  #entries: LoggedRequest[] = [];
  #counts = none();

  record(request: OpenRequest): void {
    this.#entries.push(request);
    this.#counts[request.operation]++;
  }

  counts(): Counts {
    return { ...this.#counts };
  }

  log(): readonly LoggedRequest[] {
    return [...this.#entries];
  }

  reset(): void {
    this.#entries = [];
    this.#counts = none();
  }
}

function none(): Record<Operation, number> {
  const counts = [...OPERATIONS, "other" as const].map((operation) => [operation, 0]);
  return Object.fromEntries(counts) as Record<Operation, number>;
}
