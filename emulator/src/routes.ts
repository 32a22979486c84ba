import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";
import type { AdminKeys } from "./adminKeys";
import { failure, type Answer } from "./answers";
import { deleteUser, listUsers, modifyUser, retrieveUser, type Organization } from "./api";
import type { AuditLog } from "./auditLog";
import { refuseStranger } from "./auth";
import type { Faults } from "./faults";
import { listGroupRoles, listGroups, listGroupUsers, listUserRoles } from "./groups";
import type { GroupStore } from "./groupStore";
import { createInvite, deleteInvite, listInvites, retrieveInvite } from "./invites";
import type { InviteStore } from "./inviteStore";
import { play } from "./play";
import {
  createProjectUser,
  deleteProjectUser,
  listProjects,
  listProjectUsers,
  modifyProjectUser,
  retrieveProjectUser,
} from "./projects";
import type { ProjectStore } from "./projectStore";
import type { OpenRequest, Operation, RequestLog } from "./requests";
import type { Throttle } from "./throttle";

/** Everything that handles a request. What can change while it runs is read again for each request. */
export interface Server {
  readonly organization: Organization;
  readonly invites: InviteStore;
  /** Undefined if there is no such endpoint. */
  readonly adminKeys: AdminKeys | undefined;
  /** Undefined if there are no such endpoints. */
  readonly groups: GroupStore | undefined;
  /** Undefined if there are no such endpoints. */
  readonly projects: ProjectStore | undefined;
  readonly auditLog: AuditLog;
  /** Whether there is such an endpoint. */
  readonly showsAuditLog: boolean;
  /** The value of the header `openai-organization`. */
  readonly name: string | undefined;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly closing: AbortSignal;
  adminKey: string;
  throttle: Throttle | undefined;
}

interface Env {
  Bindings: HttpBindings;
}
type Method = "GET" | "POST" | "DELETE";
type Operate = (server: Server, request: OpenRequest) => Answer;

/** The operations by path and method. */
const OPERATIONS: Readonly<Record<string, Partial<Record<Method, readonly [Operation, Operate]>>>> = {
  "/users": {
    GET: ["list_users", ({ organization }, request) => listUsers(organization, request)],
  },
  "/users/:userId": {
    GET: ["retrieve_user", ({ organization }, request) => retrieveUser(organization, request)],
    POST: ["modify_user", ({ organization }, request) => modifyUser(organization, request)],
    DELETE: ["delete_user", ({ organization }, request) => deleteUser(organization, request)],
  },
  "/invites": {
    GET: ["list_invites", ({ invites }, request) => listInvites(invites, request)],
    POST: [
      "create_invite",
      ({ invites, organization }, request) => createInvite(invites, organization.store, request),
    ],
  },
  "/invites/:inviteId": {
    GET: ["retrieve_invite", ({ invites }, request) => retrieveInvite(invites, request)],
    DELETE: ["delete_invite", ({ invites }, request) => deleteInvite(invites, request)],
  },
  "/admin_api_keys": {
    GET: [
      "list_admin_api_keys",
      (server, request) => server.adminKeys?.list(request, server.adminKey) ?? unknownPath(server, request),
    ],
  },
  "/users/:userId/roles": {
    GET: [
      "list_user_roles",
      whereGroupsAre((groups, { organization }, request) =>
        listUserRoles(groups, organization.store, request),
      ),
    ],
  },
  "/groups": {
    GET: ["list_groups", whereGroupsAre((groups, _server, request) => listGroups(groups, request))],
  },
  "/groups/:groupId/roles": {
    GET: ["list_group_roles", whereGroupsAre((groups, _server, request) => listGroupRoles(groups, request))],
  },
  "/groups/:groupId/users": {
    GET: [
      "list_group_users",
      whereGroupsAre((groups, { organization }, request) =>
        listGroupUsers(groups, organization.store, request),
      ),
    ],
  },
  "/projects": { GET: ["list_projects", whereProjectsAre(listProjects)] },
  "/projects/:projectId/users": {
    GET: ["list_project_users", whereProjectsAre(listProjectUsers)],
    POST: [
      "create_project_user",
      whereProjectsAre((projects, request, { organization }) =>
        createProjectUser(projects, organization.store, request),
      ),
    ],
  },
  "/projects/:projectId/users/:userId": {
    GET: ["retrieve_project_user", whereProjectsAre(retrieveProjectUser)],
    POST: ["modify_project_user", whereProjectsAre(modifyProjectUser)],
    DELETE: ["delete_project_user", whereProjectsAre(deleteProjectUser)],
  },
  "/audit_logs": {
    GET: [
      "list_audit_logs",
      (server, request) =>
        server.showsAuditLog ? server.auditLog.list(request) : unknownPath(server, request),
    ],
  },
};

function whereProjectsAre(
  operate: (projects: ProjectStore, request: OpenRequest, server: Server) => Answer,
): Operate {
  return (server, request) =>
    server.projects ? operate(server.projects, request, server) : unknownPath(server, request);
}

function whereGroupsAre(
  operate: (groups: GroupStore, server: Server, request: OpenRequest) => Answer,
): Operate {
  return (server, request) =>
    server.groups ? operate(server.groups, server, request) : unknownPath(server, request);
}

/** The HTTP face of the emulator: which request is which operation. */
export function routes(server: Server): Hono<Env> {
  const app = new Hono<Env>();
  let requestNumber = 0;
  app.use(async (c, next) => {
    requestNumber++;
    // On the raw answer, so that answers that bypass the framework carry it, too.
    c.env.outgoing.setHeader("x-request-id", `req_${requestNumber.toString(16).padStart(32, "0")}`);
    await next();
  });

  const on = (operation: Operation, operate: Operate) => (c: Context<Env>) =>
    handle(server, c, operation, operate);
  for (const [path, methods] of Object.entries(OPERATIONS)) {
    const refused = on("other", wrongMethod(Object.keys(methods).join(", ")));
    app.all(`/v1/organization${path}`, (c) => {
      const operation = methods[c.req.method as Method];
      return operation ? on(...operation)(c) : refused(c);
    });
  }
  app.notFound(on("other", unknownPath));
  // A client that hangs up while its body is being read ends here, too, and gets no answer.
  app.onError((error) => respond(failure({ status: 500, message: String(error), type: "server_error" })));
  return app;
}

/** Handles one request: logs it, then plays a fault if one waits, else checks key and throttle and runs the operation. */
async function handle(
  server: Server,
  c: Context<Env>,
  operation: Operation,
  operate: Operate,
): Promise<Response> {
  const request = await describe(c, operation);
  server.requests.record(request);
  const serve = (): Answer => {
    const stranger = refuseStranger(request, server.adminKey, server.adminKeys?.hasEnded(server.adminKey));
    if (stranger) return stranger;
    if (server.name !== undefined) c.env.outgoing.setHeader("openai-organization", server.name);
    return server.throttle?.refuse(operation) ?? logged(server, () => operate(server, request));
  };

  const fault = server.faults.next(request);
  if (fault) {
    const sent = (status: number): void => {
      request.status = status;
    };
    await play(fault, { outgoing: c.env.outgoing, serve, sent, closing: server.closing });
    return RESPONSE_ALREADY_SENT;
  }
  const answer = serve();
  request.status = answer.status;
  return respond(answer);
}

/** Has the audit log say that what is done now is done with the key in force. */
function logged(server: Server, operate: () => Answer): Answer {
  const owner = server.adminKeys?.ownerOf(server.adminKey);
  const user = owner && { id: owner.id, ...(owner.email !== null && { email: owner.email }) };
  server.auditLog.actor = {
    type: "api_key",
    api_key: { id: "key_in_force", type: "user", ...(user && { user }) },
  };
  try {
    return operate();
  } finally {
    server.auditLog.actor = undefined;
  }
}

function respond(answer: Answer): Response {
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

async function describe(c: Context<Env>, operation: Operation): Promise<OpenRequest> {
  const { userId, inviteId, groupId, projectId } = c.req.param() as Partial<Record<string, string>>;
  return {
    operation,
    method: c.req.method,
    path: (c.env.incoming.url ?? "").replace(/\?.*/s, ""),
    query: c.req.queries(),
    headers: c.req.header(),
    body: await c.req.text(),
    ...(userId === undefined ? {} : { userId }),
    ...(inviteId === undefined ? {} : { inviteId }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(projectId === undefined ? {} : { projectId }),
    startedAt: Date.now(),
    status: undefined,
  };
}

function wrongMethod(allow: string): Operate {
  return (_server, request) =>
    failure({
      status: 405,
      message: `Not allowed to ${request.method} on ${request.path}.`,
      headers: { allow },
    });
}

function unknownPath(_server: Server, request: OpenRequest): Answer {
  return failure({
    status: 404,
    message: `Invalid URL (${request.method} ${request.path})`,
    code: "unknown_url",
  });
}
