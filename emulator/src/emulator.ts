import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { getRequestListener } from "@hono/node-server";
import { AdminKeys, type AdminKey } from "./adminKeys";
import type { EmailsFilter } from "./api";
import { AuditLog, type Audit } from "./auditLog";
import { Faults, type InjectedFault, type Injection } from "./faults";
import { GroupStore, type Groups, type NewGroup } from "./groupStore";
import { InviteStore, type Invites } from "./inviteStore";
import { ProjectStore, type NewProject, type Projects } from "./projectStore";
import { RequestLog, type Requests } from "./requests";
import { routes, type Server } from "./routes";
import { Store, type NewUser, type Users } from "./store";
import { Throttle, type ThrottleOptions } from "./throttle";

/** How an emulator starts. */
export interface EmulatorOptions {
  /** Default 0: any free port. It listens on 127.0.0.1 only. */
  readonly port?: number;
  /** The key every request must carry, default `sk-admin-emulator`. */
  readonly adminKey?: string;
  /**
   * The people of the organization, default none. A number makes that many up, always the same:
   * `user-000001`, `user1@example.com` (an owner), `user-000002`, `user2@example.com` (a member), …
   */
  readonly users?: number | readonly NewUser[];
  /** The word for members in responses, default `member`. Requests may use either word. */
  readonly memberRole?: "member" | "reader";
  /** How list_users treats `emails[]`. Default `true`: it keeps these people, in any case. */
  readonly emailsFilter?: EmailsFilter;
  /** The organization's name, in the header `openai-organization` of every response to the right key. Default none. */
  readonly organization?: string;
  /**
   * The organization's admin keys: with `[{ owner: "user-alice" }]` the key in force is alice's. A key gets a 401 once
   * its owner is no longer an owner of the organization. Default: there is no such endpoint (404), and the key never ends.
   */
  readonly adminKeys?: readonly AdminKey[];
  /** The organization's groups. Default: its plan has none, nor roles besides the base role; these endpoints are not there (404). */
  readonly groups?: readonly NewGroup[];
  /**
   * The organization's projects. People who accept an invitation join those it names. Default: these endpoints are not
   * there (404).
   */
  readonly projects?: readonly NewProject[];
  /** Whether the audit log is switched on. Default `false`: there is no such endpoint (404). */
  readonly auditLog?: boolean;
  /** The clock by which invitations are made and expire, and events logged, in milliseconds since 1970. Default `Date.now`. */
  readonly clock?: () => number;
}

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  /** The base URL for clients: `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** The key in force. */
  readonly adminKey: string;
  /** Changes the key: from now on the old one is refused. */
  setAdminKey(key: string): void;
  /** The people, behind the API's back. */
  readonly users: Users;
  /** The invitations, behind the API's back. */
  readonly invites: Invites;
  /** The groups, behind the API's back. They can be seen if the emulator started with `groups`. */
  readonly groups: Groups;
  /** The projects, behind the API's back. They can be seen if the emulator started with `projects`. */
  readonly projects: Projects;
  /** The audit log. It can be seen if the emulator started with `auditLog`. */
  readonly auditLog: Audit;
  readonly requests: Requests;
  /** Injects a fault for requests to come. It goes before the key and the throttle. */
  inject(injection: Injection): InjectedFault;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Throttles each operation by itself from now on, with a fresh allowance. `undefined` ends it. */
  throttle(options: ThrottleOptions | undefined): void;
  /** Ends every connection, stalled ones too, and frees the port. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts the organization users API, and its neighbours invites, admin_api_keys, groups, projects and audit_logs, in
 * memory. Rejects if the port is taken.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const store = new Store(options.users ?? 0);
  const { clock = Date.now } = options;
  const invites = new InviteStore(store, clock);
  const groups = new GroupStore(options.groups);
  const projects = new ProjectStore(options.projects ?? [], store);
  invites.projects = projects;
  const auditLog = new AuditLog(clock);
  store.onChange = invites.onChange = (event) => auditLog.add(event);
  const closing = new AbortController();
  const server: Server = {
    organization: {
      store,
      memberRole: options.memberRole ?? "member",
      emailsFilter: options.emailsFilter ?? true,
      answered: 0,
    },
    invites,
    adminKeys: options.adminKeys && new AdminKeys(options.adminKeys, store),
    groups: options.groups && groups,
    projects: options.projects && projects,
    auditLog,
    showsAuditLog: options.auditLog ?? false,
    name: options.organization,
    requests: new RequestLog(),
    faults: new Faults(),
    closing: closing.signal,
    adminKey: options.adminKey ?? "sk-admin-emulator",
    throttle: undefined,
  };
  // Left alone, the adapter replaces the global Request and Response of the process it is embedded in.
  const listener = getRequestListener(routes(server).fetch, { overrideGlobalObjects: false });
  const http = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  http.listen(options.port ?? 0, "127.0.0.1");
  await once(http, "listening");

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort();
    return (closed ??= stop(http));
  };
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    get adminKey() {
      return server.adminKey;
    },
    setAdminKey: (key) => {
      server.adminKey = key;
    },
    users: store,
    invites,
    groups,
    projects,
    auditLog,
    requests: server.requests,
    inject: (injection) => server.faults.inject(injection),
    throttle: (throttleOptions) => {
      server.throttle = throttleOptions && new Throttle(throttleOptions);
    },
    connections: promisify(http.getConnections.bind(http)),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function stop(http: HttpServer): Promise<void> {
  const stopped = once(http, "close");
  http.close();
  http.closeAllConnections();
  await stopped;
}
