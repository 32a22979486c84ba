import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import type { Fault } from "../../emulator/src";
import { CANARY, closeAll, start } from "./clientSupport";
import { OPERATIONS, PEOPLE } from "./faults/operations";
import { ROWS } from "./faults/table";

afterEach(closeAll);

// The built modules, because a process of its own is what is looked at; `npm test` builds first.
const DIST = join(__dirname, "../../provider/dist");

/** Runs a script in a process of its own, which has to end by itself. */
async function run(script: string, env: Record<string, string>): Promise<[string, string, unknown]> {
  const child = spawn(process.execPath, ["-e", script], {
    env: { ...process.env, DIST, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 20_000,
  });
  const [out, err, exit] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return [out, err, exit];
}

const OPEN = `
  const { resolveSettings } = require(process.env.DIST + "/settings/settings.js");
  const { Transport } = require(process.env.DIST + "/users-api/http/transport.js");
  const { openOrganization } = require(process.env.DIST + "/organization/openOrganization.js");
  const settings = resolveSettings(() => undefined);
`;

test("a process ends by itself once the transport is closed", async () => {
  const emulator = await start({ users: 3 });
  const script = `${OPEN}
    const transport = new Transport(settings);
    const list = { operation: "list_users", method: "GET", path: "/organization/users" };
    transport.send(list).then(async ({ body }) => {
      console.log(body.data.length);
      await transport.close();
    });`;
  const [out, err, exit] = await run(script, { OPENAI_BASE_URL: emulator.url, OPENAI_ADMIN_KEY: CANARY });
  expect([out, err, exit]).toEqual(["3\n", "", [0, null]]);
});

test("handlers load undici with their first request, and a program not at all", async () => {
  const script = `
    const loaded = () => Object.keys(require.cache).some((path) => /node_modules.undici/.test(path));
    require(process.env.DIST + "/index.js");
    const before = loaded();
    require(process.env.DIST + "/dynamic/handlers.js");
    ${OPEN}
    const { directory } = openOrganization(settings, console.log);
    const opened = loaded();
    directory.list().then(() => console.log([before, opened, loaded()].join()));`;
  const { url } = await start({ users: 3 });
  const [out, err] = await run(script, { OPENAI_BASE_URL: url, OPENAI_ADMIN_KEY: CANARY });
  expect([out, err]).toEqual(["false,false,true\n", ""]);
});

test("nothing that goes wrong leaves a connection or a timer that holds a process", async () => {
  const rows = ROWS.filter(
    ({ operation, wrong, lasts }) =>
      operation === OPERATIONS[0] &&
      lasts === "once" &&
      typeof wrong.happens === "object" &&
      // These 20 s would be real.
      !wrong.name.includes("20"),
  );
  const urls = await Promise.all(
    rows.map(async ({ wrong, operation }) => {
      const emulator = await start({ users: PEOPLE });
      emulator.inject({ operation: operation.api, fault: wrong.happens as Fault });
      return emulator.url;
    }),
  );
  const script = `${OPEN}
    const outcome = (url) =>
      openOrganization({ ...settings, baseUrl: url }, () => undefined).directory.list().then(() => true, () => false);
    Promise.all(${JSON.stringify(urls)}.map(outcome)).then((outcomes) => console.log(JSON.stringify(outcomes)));`;
  const [out, err, exit] = await run(script, { OPENAI_ADMIN_KEY: CANARY, OPENAI_REQUEST_TIMEOUT: "2" });
  const outcomes = rows.map(({ outcome }) => outcome === "recovers");
  expect([JSON.parse(out), err, exit]).toEqual([outcomes, "", [0, null]]);
});

test("a request over https says nothing on standard error", async () => {
  const script = `${OPEN}
    const list = { operation: "list_users", method: "GET", path: "/organization/users" };
    new Transport(settings).send(list).catch((error) => console.log(error.name));`;
  const [out, err, exit] = await run(script, {
    OPENAI_BASE_URL: "https://0.0.0.0:1/v1",
    OPENAI_ADMIN_KEY: CANARY,
  });
  expect([out, err, exit]).toEqual(["ConnectionError\n", "", [0, null]]);
});
