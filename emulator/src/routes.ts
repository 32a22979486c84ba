import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { Hono, type Context } from "hono";
import { failure, type Answer } from "./answers";
import { deleteUser, listUsers, modifyUser, retrieveUser, type Organization } from "./api";
import { refuseStranger } from "./auth";
import { controlRoutes } from "./control";
import type { Faults } from "./faults";
import { play } from "./play";
import type { OpenRequest, Operation, RequestLog } from "./requests";
import type { Throttle } from "./throttle";

/** Everything a request meets on its way. What can be exchanged while running is read anew for each. */
export interface Server {
  readonly organization: Organization;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly closing: AbortSignal;
  adminKey: string;
  throttle: Throttle | undefined;
}

interface Env {
  Bindings: HttpBindings;
}
type Operate = (organization: Organization, request: OpenRequest) => Answer;

const LIST = "/v1/organization/users";
const USER = "/v1/organization/users/:id";

/** The HTTP face of the emulator: which request is which operation. */
export function routes(server: Server): Hono<Env> {
  const app = new Hono<Env>();
  let requestNumber = 0;
  app.use(async (c, next) => {
    requestNumber++;
    // On the raw answer, so that also what bypasses the framework carries it.
    c.env.outgoing.setHeader("x-request-id", `req_${requestNumber.toString(16).padStart(32, "0")}`);
    await next();
  });

  const on = (operation: Operation, operate: Operate) => (c: Context<Env>) =>
    handle(server, c, operation, operate);
  const get = (operation: Operation, operate: Operate, allow: string) => (c: Context<Env>) =>
    // The framework routes HEAD as GET; the API has no HEAD.
    c.req.method === "HEAD"
      ? handle(server, c, "other", wrongMethod(allow))
      : handle(server, c, operation, operate);

  app.get(LIST, get("list_users", listUsers, "GET"));
  app.all(LIST, on("other", wrongMethod("GET")));
  app.get(USER, get("retrieve_user", retrieveUser, "GET, POST, DELETE"));
  app.post(USER, on("modify_user", modifyUser));
  app.delete(USER, on("delete_user", deleteUser));
  app.all(USER, on("other", wrongMethod("GET, POST, DELETE")));
  app.route("/_emulator", controlRoutes(server.organization.store, server.requests));
  app.notFound(on("other", unknownPath));
  // A client that hangs up while its body is read ends here too, and is past hearing the answer.
  app.onError((error) => respond(failure({ status: 500, message: String(error), type: "server_error" })));
  return app;
}

/** The way of one request: logged, then met by a fault if one waits, else by key, throttle and operation. */
async function handle(
  server: Server,
  c: Context<Env>,
  operation: Operation,
  operate: Operate,
): Promise<Response> {
  const request = await describe(c, operation);
  server.requests.record(request);
  const serve = (): Answer =>
    refuseStranger(request, server.adminKey) ??
    server.throttle?.refuse(operation) ??
    operate(server.organization, request);

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

function respond(answer: Answer): Response {
  return new Response(answer.body, { status: answer.status, headers: answer.headers });
}

async function describe(c: Context<Env>, operation: Operation): Promise<OpenRequest> {
  const userId = c.req.param("id");
  return {
    operation,
    method: c.req.method,
    path: (c.env.incoming.url ?? "").replace(/\?.*/s, ""),
    query: c.req.queries(),
    headers: c.req.header(),
    body: await c.req.text(),
    ...(userId === undefined ? {} : { userId }),
    startedAt: Date.now(),
    status: undefined,
  };
}

function wrongMethod(allow: string): Operate {
  return (_organization, request) =>
    failure({
      status: 405,
      message: `Not allowed to ${request.method} on ${request.path}.`,
      headers: { allow },
    });
}

function unknownPath(_organization: Organization, request: OpenRequest): Answer {
  return failure({
    status: 404,
    message: `Invalid URL (${request.method} ${request.path})`,
    code: "unknown_url",
  });
}
