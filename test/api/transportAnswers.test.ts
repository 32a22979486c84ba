import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";

import { ConnectionError, InvalidResponseError, StatusError } from "../../provider/src/users-api/errors";
import { clientTo, closeAll, failureOf, serve, start, transportTo } from "./clientSupport";

afterEach(closeAll);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;
const MIB = 1024 * 1024;

test("an answer above 32 MiB is refused while it is read", async () => {
  let sent = 0;
  const { url } = await serve((_request, response) => {
    const chunk = Buffer.alloc(MIB, " ");
    const more = (): void => {
      if (response.destroyed || sent > 400 * MIB) return;
      sent += chunk.length;
      if (response.write(chunk)) setImmediate(more);
      else response.once("drain", more);
    };
    more();
  });
  const error = await failureOf(transportTo(url).send(LIST));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toBe(
    "list_users (GET /organization/users) returned more than 32 MiB. Is OPENAI_BASE_URL correct?",
  );
  // The rest was never sent: the connection ended, apart from what its buffers held.
  expect(sent).toBeLessThan(100 * MIB);
});

test("an answer that announces more than 32 MiB is refused before it comes", async () => {
  const { url, server } = await serve((_request, response) => {
    response.writeHead(200, { "content-length": 33 * MIB });
    response.write("{");
  });
  server.on("connection", (socket) => {
    closed = once(socket, "close");
  });
  let closed: Promise<unknown> = Promise.reject(new Error("nobody connected"));
  closed.catch(() => undefined);
  const error = await failureOf(transportTo(url).send(LIST));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toContain("more than 32 MiB");
  await closed;
});

test("an answer of just below 32 MiB is read", async () => {
  const emulator = await start();
  const body = " ".repeat(32 * MIB - 2) + "{}";
  emulator.inject({ fault: { kind: "body", body } });
  await expect(transportTo(emulator.url).send(LIST)).resolves.toMatchObject({ body: {} });
});

test("a compressed answer is not inflated, but refused", async () => {
  const emulator = await start();
  emulator.inject({ fault: { kind: "huge", bytes: 300 * MIB, gzip: true } });
  const error = await failureOf(transportTo(emulator.url).send(LIST));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toContain("compressed, which was not asked for");
});

test("an answer that says it is not compressed is read", async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { "content-encoding": "identity" }).end('{"object":"list"}');
  });
  await expect(transportTo(url).send(LIST)).resolves.toMatchObject({ body: { object: "list" } });
});

const JSON_TYPE = { "content-type": "application/json" };

test.each([
  ["text of no type", "Sign in", {}, "a body that is not JSON (content-type absent)"],
  [
    "HTML",
    "<title>Sign in</title>",
    { "content-type": "text/html" },
    "that is not JSON (content-type text/html)",
  ],
  ["half of its JSON", '{"id":', JSON_TYPE, "a body that is not JSON (content-type application/json)"],
  ["nothing", "", JSON_TYPE, "an empty body"],
  ["nothing but blanks", " \r\n\t ", JSON_TYPE, "an empty body"],
])("an answer of %s is called what it is, and not asked for again", async (_what, body, headers, said) => {
  let asked = 0;
  const { url } = await serve((_request, response) => {
    asked++;
    response.writeHead(200, { ...headers, "x-request-id": "req_1" }).end(body);
  });
  const error = await failureOf(clientTo(url).client.retrieveUser("user-1"));
  expect(error).toMatchObject({
    constructor: InvalidResponseError,
    name: "InvalidResponseError",
    operation: "retrieve_user",
    method: "GET",
    path: "/organization/users/user-1",
    requestId: "req_1",
  });
  expect(error.message).toMatch(/^retrieve_user \(GET \/organization\/users\/user-1\) returned 200 with /);
  expect(error.message).toContain(`${said}. Is OPENAI_BASE_URL correct? (request id req_1)`);
  expect(asked).toBe(1);
});

test.each([
  ["null", null, "the answer: expected Object"],
  ["an object as email", { id: "user-1", email: {} }, "email: expected"],
  ["another user", { id: "user-2" }, "returned a different user"],
])("an answer of %s is not the person asked for", async (_what, body, said) => {
  const { url } = await serve((_request, response) => response.end(JSON.stringify(body)));
  const error = await failureOf(clientTo(url).client.retrieveUser("user-1"));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toContain(said);
});

test("an answer nested too deeply to be searched is refused, and does not count as a lost connection", async () => {
  const { url } = await serve((_request, response) =>
    response.end("[".repeat(100_000) + "]".repeat(100_000)),
  );
  const error = await failureOf(transportTo(url).send(LIST));
  expect(error).toBeInstanceOf(InvalidResponseError);
});

test("a connection that ends without an answer is an error with the reason and what to do", async () => {
  const { url } = await serve((request) => request.socket.destroy());
  const error = await failureOf(transportTo(url).send(LIST));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toBe(
    `list_users (GET /organization/users) got no answer from ${url}: other side closed (UND_ERR_SOCKET). ` +
      "Is OPENAI_BASE_URL correct, and can it be reached from here? This is safe to repeat: run it again.",
  );
});

test("refused answers leave connections for the next request", async () => {
  const emulator = await start();
  const transport = transportTo(emulator.url);
  emulator.inject({ times: 10, fault: { kind: "huge", bytes: 40 * MIB, gzip: true } });
  for (let n = 0; n < 10; n++) await failureOf(transport.send(LIST));
  await expect(transport.send(LIST)).resolves.toMatchObject({ body: { object: "list" } });
});

test.each([301, 302, 303, 307, 308] as const)(
  "a redirect by %i is not followed, and the key goes nowhere else",
  async (status) => {
    const seen: IncomingHttpHeaders[] = [];
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers);
      response.end("{}");
    });
    const emulator = await start();
    emulator.inject({ fault: { kind: "redirect", status, location: `${elsewhere.url}/organization/users` } });
    const error = await failureOf(transportTo(emulator.url).send(LIST));
    expect(error).toBeInstanceOf(StatusError);
    expect(error.message).toContain("Redirects are not followed");
    expect(error.message).toContain(`OPENAI_BASE_URL (${emulator.url})`);
    expect(error).toMatchObject({ status });
    expect(seen).toEqual([]);
    expect(emulator.requests.log()).toHaveLength(1);
  },
);

test("many requests share few connections, which are kept", async () => {
  let connections = 0;
  const { url, server } = await serve((_request, response) => response.end("{}"));
  server.on("connection", () => connections++);
  const transport = transportTo(url);
  for (let round = 0; round < 3; round++) {
    await Promise.all(Array.from({ length: 40 }, () => transport.send(LIST)));
  }
  expect(connections).toBeLessThanOrEqual(8);
});
