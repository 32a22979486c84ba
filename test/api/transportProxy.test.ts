import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { createServer, type AddressInfo } from "node:net";

import { ConnectionError } from "../../provider/src/users-api/errors";
import { freePort } from "../freePort";
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

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

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
