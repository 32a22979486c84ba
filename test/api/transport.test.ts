import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { type AddressInfo, createServer } from "node:net";

import { USER_AGENT } from "../../provider/src/ownPackage";
import {
  ConnectionError,
  InvalidResponseError,
  RequestTimeoutError,
  ServerError,
  StatusError,
} from "../../provider/src/users-api/errors";
import {
  CANARY,
  closeAll,
  closeLater,
  everythingShown,
  failureOf,
  serve,
  start,
  transportTo,
} from "./clientSupport";
import { freePort } from "../freePort";

afterEach(closeAll);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;
const MODIFY = { operation: "modify_user", method: "POST", path: "/organization/users/u", body: {} } as const;
const MIB = 1024 * 1024;
const A_LIST = { body: { object: "list" } };

test("every request names the client and the format, and no organization or project unless one is set", async () => {
  const emulator = await start({ users: [{ id: "u" }] });
  await transportTo(emulator.url).send(LIST);
  await failureOf(transportTo(emulator.url).send(MODIFY));
  await transportTo(emulator.url, { organization: "org-1" }).send(LIST);
  const [list, modify, named] = emulator.requests.log().map(({ headers }) => headers);
  expect(USER_AGENT).toMatch(/^pulumi-openai-organization\/\d+\.\d+\.\d+/);
  expect(list).toMatchObject({
    accept: "application/json",
    // It reads no compressed answers.
    "accept-encoding": "identity",
    authorization: `Bearer ${CANARY}`,
    "user-agent": USER_AGENT,
  });
  for (const absent of ["openai-organization", "openai-project", "content-type"])
    expect(list).not.toHaveProperty(absent);
  expect(modify).toMatchObject({ "content-type": "application/json" });
  expect(named).toMatchObject({ "openai-organization": "org-1" });
});

const HARMFUL = `\u009b31m${CANARY}${"x".repeat(500)}`;

test("the organization is the one that the latest answer named, safe to show, as is the request's id", async () => {
  const named = ["org-1", undefined, "", "org-2", HARMFUL];
  const { url } = await serve((_request, response) => {
    const name = named.shift();
    if (name !== undefined) response.setHeader("openai-organization", name);
    response.writeHead(named.length === 1 ? 400 : 200, { "x-request-id": HARMFUL }).end("{}");
  });
  const transport = transportTo(url);
  const seen: (string | undefined)[] = [transport.organization];
  for (let n = 0; n < 5; n++) {
    await transport.send(LIST).catch((error: unknown) => {
      expect(error).toHaveProperty("requestId", `\uFFFD31m[admin key]${"x".repeat(85)}…`);
    });
    seen.push(transport.organization);
  }
  const shown = `\uFFFD31m[admin key]${"x".repeat(185)}…`;
  expect(seen).toEqual([undefined, "org-1", "org-1", "org-1", "org-2", shown]);
  expect.assertions(2);
});

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
    response.writeHead(200, { "content-length": 32 * MIB + 1 }).write("{");
  });
  const closed = once(server, "connection").then(([socket]) => once(socket as NodeJS.EventEmitter, "close"));
  expect((await failureOf(transportTo(url).send(LIST))).message).toContain("returned more than 32 MiB");
  await closed;
});

test.each([
  ["of 32 MiB", {}, " ".repeat(32 * MIB - 2) + "{}"],
  ["that says it is not compressed", { "content-encoding": "identity" }, "{}"],
])("an answer %s is read", async (_what, headers, body) => {
  const { url } = await serve((_request, response) => response.writeHead(200, headers).end(body));
  await expect(transportTo(url).send(LIST)).resolves.toMatchObject({ body: {} });
});

const JSON_TYPE = { "content-type": "application/json" };

test.each([
  ["text of no type", "Sign in", {}, "with a body that is not JSON (content-type absent)"],
  ["HTML", "<p>", { "content-type": "text/html" }, "with a body that is not JSON (content-type text/html)"],
  ["half of its JSON", '{"id":', JSON_TYPE, "with a body that is not JSON (content-type application/json)"],
  ["nothing", "", JSON_TYPE, "with an empty body"],
  ["nothing but blanks", " \r\n\t ", JSON_TYPE, "with an empty body"],
  ["more levels than can be searched", "[".repeat(1e5) + "]".repeat(1e5), {}, "with a body that is not JSON"],
  ["compressed text", "{}", { "content-encoding": "gzip" }, "returned compressed, which was not asked for"],
])("an answer of %s is called what it is", async (_what, body, headers, said) => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200, { ...headers, "x-request-id": "req_1" }).end(body);
  });
  const error = await failureOf(transportTo(url).send(LIST));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error).toMatchObject({ requestId: "req_1" });
  expect(error.message).toContain(said);
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

test("the error for a late answer has its request id as soon as the headers have come", async () => {
  const emulator = await start();
  const transport = transportTo(emulator.url, { requestTimeoutMs: 300 });
  for (const [where, requestId] of [
    ["headers", undefined],
    ["body", expect.stringMatching(/^req_/) as string],
  ] as const) {
    emulator.inject({ fault: { kind: "stall", where } });
    const error = await failureOf(transport.send(LIST));
    expect(error).toMatchObject({ ...LIST, constructor: RequestTimeoutError, requestId });
    expect(error.message).toContain(
      "got no complete answer within 0.3 s (openai-organization:requestTimeout)",
    );
  }
});

test("the status decides, even if the body is not read", async () => {
  const emulator = await start();
  for (const gzip of [false, true]) {
    emulator.inject({ fault: { kind: "huge", bytes: 40 * MIB, status: 503, gzip } });
    expect(await failureOf(transportTo(emulator.url).send(LIST))).toBeInstanceOf(ServerError);
  }
});

test.each([
  ["late answers", { kind: "stall", where: "body" }],
  ["answers that were not read", { kind: "huge", bytes: 40 * MIB, gzip: true }],
] as const)("%s on all connections leave room for the next request", async (_what, fault) => {
  const emulator = await start();
  const transport = transportTo(emulator.url, { requestTimeoutMs: 1000 });
  emulator.inject({ times: 8, fault });
  await Promise.all(Array.from({ length: 8 }, () => failureOf(transport.send(LIST))));
  await expect(transport.send(LIST)).resolves.toMatchObject(A_LIST);
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
    expect(error).toMatchObject({ constructor: StatusError, status });
    expect(seen).toEqual([]);
    expect(emulator.requests.log()).toHaveLength(1);
  },
);

test("many requests share few connections, which are kept", async () => {
  let connections = 0;
  const { url, server } = await serve((_request, response) => response.end("{}"));
  server.on("connection", () => connections++);
  const transport = transportTo(url);
  for (let round = 0; round < 3; round++)
    await Promise.all(Array.from({ length: 40 }, () => transport.send(LIST)));
  expect(connections).toBeLessThanOrEqual(8);
});

const VARIABLES = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

function unsetAll(): void {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
}

beforeEach(unsetAll);

afterEach(async () => {
  unsetAll();
  for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  await closeAll();
});

/** A proxy that remembers what it is asked, and connects nobody. */
async function startProxy(status = "502 Bad Gateway"): Promise<{ origin: string; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const { server, origin } = await serve((request, response) => {
    asked.push(request);
    response.end("{}");
  });
  server.on("connect", (request: IncomingMessage, socket) => {
    asked.push(request);
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\nyou sent: ${CANARY}`);
  });
  return { origin, asked };
}

/** A port that takes connections, does not answer, and tells the first byte of each. */
async function startSilent(): Promise<{ port: number; firstBytes: number[] }> {
  const firstBytes: number[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (data) => {
      firstBytes.push(data[0] ?? -1);
      socket.destroy();
    });
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  closeLater(() => server.close());
  return { port: (server.address() as AddressInfo).port, firstBytes };
}

test("a server on this machine is never reached through a proxy, which would see the key", async () => {
  const proxy = await startProxy();
  for (const name of VARIABLES.slice(0, 2)) process.env[name] = proxy.origin;
  for (const name of VARIABLES.slice(3, 5)) process.env[name] = proxy.origin;
  const emulator = await start({ users: 1 });
  await expect(transportTo(emulator.url).send(LIST)).resolves.toMatchObject({ body: { object: "list" } });
  const byName = emulator.url.replace("127.0.0.1", "localhost");
  await expect(transportTo(byName).send(LIST)).resolves.toMatchObject({ body: { object: "list" } });
  expect(proxy.asked).toEqual([]);
});

test.each(["407 Proxy Authentication Required", "502 Bad Gateway", "999 x"])(
  "any other server is reached through a tunnel of HTTPS_PROXY, which gets its own credentials and no key: %s",
  async (status) => {
    const proxy = await startProxy(status);
    process.env.HTTPS_PROXY = proxy.origin.replace("//", "//alice:p4ssw0rd@");
    const error = await failureOf(transportTo("https://api.example.test/v1").send(LIST));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain("got no answer from https://api.example.test/v1");
    expect(error.message).toContain(status.slice(0, 3));
    expect(proxy.asked.map(({ method, url }) => [method, url])).toEqual([
      ["CONNECT", "api.example.test:443"],
    ]);
    const basic = Buffer.from("alice:p4ssw0rd").toString("base64");
    expect(proxy.asked[0]?.headers).toMatchObject({ "proxy-authorization": `Basic ${basic}` });
    expect(proxy.asked[0]?.headers).not.toHaveProperty("authorization");
    expect(proxy.asked[0]?.rawHeaders.join("\n")).not.toContain("CANARY");
    for (const secret of ["p4ssw0rd", "alice", basic, "CANARY"])
      expect(everythingShown(error)).not.toContain(secret);
  },
);

test("a proxy that cannot be reached is an error without its credentials", async () => {
  const port = await freePort();
  process.env.HTTPS_PROXY = `http://alice:p4ssw0rd@127.0.0.1:${port}`;
  const error = await failureOf(transportTo("https://api.example.test/v1").send(LIST));
  expect(error.message).toContain("ECONNREFUSED");
  expect(everythingShown(error)).not.toMatch(/p4ssw0rd|alice|CANARY/);
});

test.each(["http://alice:p4ss w0rd@proxy:99999", "alice:p4ssw0rd@proxy.example.com:8080", "proxy:8080", "%"])(
  "a proxy setting that is not a URL (%s) fails every request with an error that names the setting and does not show it",
  async (setting) => {
    for (const name of ["HTTPS_PROXY", "http_proxy"]) {
      unsetAll();
      process.env[name] = setting;
      const transport = transportTo("https://api.example.test/v1");
      for (const error of [await failureOf(transport.send(LIST)), await failureOf(transport.send(LIST))]) {
        expect(error.message).toContain("HTTPS_PROXY");
        expect(error.message).toContain("http://proxy.example.com:8080");
        expect(everythingShown(error)).not.toMatch(/p4ss|alice/);
      }
    }
  },
);

test("NO_PROXY, or an empty HTTPS_PROXY, lets a server be reached directly, and only in TLS", async () => {
  const proxy = await startProxy();
  const { port, firstBytes } = await startSilent();
  process.env.HTTPS_PROXY = proxy.origin;
  // An address that means this machine, and does not count as loopback.
  const url = `https://0.0.0.0:${port}/v1`;
  process.env.NO_PROXY = "other.example.com";
  await failureOf(transportTo(url).send(LIST));
  expect(proxy.asked.map((request) => request.url)).toEqual([`0.0.0.0:${port}`]);
  expect(firstBytes).toEqual([]);
  process.env.NO_PROXY = "other.example.com,0.0.0.0";
  await failureOf(transportTo(url).send(LIST));
  expect(proxy.asked).toHaveLength(1);
  process.env.NO_PROXY = process.env.HTTPS_PROXY = "";
  await failureOf(transportTo(url).send(LIST));
  expect(proxy.asked).toHaveLength(1);
  expect(firstBytes).toEqual([0x16, 0x16]); // the first byte of a TLS handshake
});
