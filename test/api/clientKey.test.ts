import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { inspect } from "node:util";

import { resolveSettings } from "../../provider/src/settings/settings";
import { ConnectionError } from "../../provider/src/users-api/errors";
import { freePort } from "../freePort";
import {
  CANARY,
  clientTo,
  closeAll,
  closeLater,
  everythingShown,
  failureOf,
  keysIn,
  start,
  transportTo,
} from "./clientSupport";

afterEach(closeAll);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

function expectNoKey(value: unknown): void {
  expect(keysIn(everythingShown(value))).toEqual([]);
}

const [start7, end5] = [CANARY.slice(0, 7), CANARY.slice(-5)];

test.each([
  ["whole", CANARY],
  ["as the header", `Bearer ${CANARY}`],
  ["its first 12 characters", `${CANARY.slice(0, 12)} is wrong`],
  ["its first 4 characters and stars", `${CANARY.slice(0, 4)}********`],
  ["its last 12 characters", `it ends in ${CANARY.slice(-12)}`],
  ["its middle starred out", `${start7}${"*".repeat(30)}${end5}`],
  ["its middle as dots", `${start7}...${end5}`],
  ["its middle as an ellipsis", `${start7}…${end5}`],
  ["its middle as bullets", `${start7}•••${end5}`],
  ["in JSON", JSON.stringify({ key: CANARY })],
  ["without its prefix", CANARY.slice("sk-admin-".length)],
  ["twice without a gap", CANARY + CANARY],
  ["far behind", `${"x".repeat(290)}${CANARY}`],
])("the key is not shown if a server repeats it %s in an error", async (_how, echo) => {
  const emulator = await start();
  const error = { message: `Incorrect API key provided: ${echo}.`, type: echo, param: echo, code: echo };
  const headers = { "x-request-id": encodeURIComponent(echo) };
  for (const [status, body] of [
    [401, { error }],
    [400, { error: echo }],
    [403, echo],
    [404, { error }],
    [302, echo],
  ] as const) {
    emulator.inject({ fault: { kind: "status", status, body, headers } });
    const failure = await failureOf(clientTo(emulator.url).client.listUsers());
    expect(failure.message).toContain(`failed with ${status}`);
    if (status === 401 && echo.length < 200) expect(failure.message).toContain("[admin key]");
    expect(everythingShown(failure)).not.toMatch(/\[admin key\][^"]*wxyz/);
    expectNoKey(failure);
  }
});

test("an answer that is not HTTP and repeats the request does not show the key", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (request) => socket.end(`HTTP/1.1 200 OK\r\n${request.toString()} is odd\r\n\r\n`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closeLater(() => server.close());
  const { port } = server.address() as AddressInfo;
  const failure = await failureOf(transportTo(`http://127.0.0.1:${port}/v1`).send(LIST));
  expect(failure).toBeInstanceOf(ConnectionError);
  expect(failure.message).toContain("does not match the HTTP/1.1 protocol");
  expect(failure.cause).toBeInstanceOf(Error);
  expectNoKey(failure);
});

test("a server that cannot be reached is an error with the reason and a code, without the key", async () => {
  const port = await freePort();
  const failure = await failureOf(transportTo(`http://127.0.0.1:${port}/v1`).send(LIST));
  expect(failure).toBeInstanceOf(ConnectionError);
  expect(failure.message).toContain(
    `got no answer from http://127.0.0.1:${port}/v1: connect ECONNREFUSED 127.0.0.1:${port}. Is OPENAI_BASE_URL correct`,
  );
  expect(failure.cause).toMatchObject({ code: "ECONNREFUSED" });
  expectNoKey(failure);
});

test.each(["name", "email", "role", "id"])(
  "an answer that has the key as %s is refused",
  async (property) => {
    const emulator = await start({ users: 1 });
    const alter = (user: unknown): unknown => ({ ...(user as object), [property]: CANARY });
    emulator.inject({ fault: { kind: "alter", alter } });
    const failure = await failureOf(clientTo(emulator.url).client.retrieveUser("user-000001"));
    expect(failure.message).toContain("returned the admin key");
    expectNoKey(failure);
  },
);

test("settings, transport and client do not show the key, however they are looked at", async () => {
  const emulator = await start({ users: 1 });
  const env = { OPENAI_ADMIN_KEY: CANARY, OPENAI_BASE_URL: emulator.url };
  const settings = resolveSettings(() => undefined, env);
  const transport = transportTo(settings.baseUrl, settings);
  const { client } = clientTo(settings.baseUrl, settings);
  const answers = [await transport.send(LIST), await client.listUsers()];
  for (const value of [settings, { ...settings }, settings.adminKey, transport, client, ...answers])
    expectNoKey(value);
  expect(inspect(settings)).toContain("[admin key]");
});
