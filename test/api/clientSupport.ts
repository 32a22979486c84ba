import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as settle } from "node:timers/promises";
import { inspect } from "node:util";

import { startEmulator, type Emulator, type EmulatorOptions } from "../../emulator/src";
import { AdminKey } from "../../provider/src/users-api/adminKey";
import { UsersClient } from "../../provider/src/users-api/client";
import type { Clock } from "../../provider/src/users-api/clock";
import { ProjectsClient } from "../../provider/src/users-api/projectsClient";
import { Throttle } from "../../provider/src/users-api/pacing/throttle";
import { Transport, type TransportOptions } from "../../provider/src/users-api/http/transport";

/** The key of all requests here: whatever shows it, or a telling part of it, has leaked it. */
export const CANARY = "sk-admin-CANARY0123456789abcdefghijklmnopqrstuvwxyz";

const opened: (() => unknown)[] = [];

/** Ends everything that was opened here, the latest first. */
export async function closeAll(): Promise<void> {
  for (const close of opened.splice(0).reverse()) await close();
}

/** What shall be ended by {@link closeAll}. */
export function closeLater(close: () => unknown): void {
  opened.push(close);
}

/** An emulator whose key is the canary. */
export async function start(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ adminKey: CANARY, ...options });
  closeLater(() => emulator.close());
  return emulator;
}

/** An HTTP server that answers as it is told. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly server: Server; readonly origin: string; readonly url: string }> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closeLater(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { server, origin, url: `${origin}/v1` };
}

/** A clock that never waits; it remembers what it was asked to wait. */
export class InstantClock implements Clock {
  readonly sleeps: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  async sleep(ms: number): Promise<void> {
    this.sleeps.push(ms);
    this.#now += ms;
    await settle();
  }
}

/** A transport to a base URL, with a deadline that is not met unless a test says so. */
export function transportTo(baseUrl: string, options: Partial<TransportOptions> = {}): Transport {
  const adminKey = new AdminKey(CANARY);
  const transport = new Transport({
    baseUrl,
    adminKey,
    keyAdvice: "Mind the key.",
    requestTimeoutMs: 20_000,
    ...options,
  });
  closeLater(() => transport.close());
  return transport;
}

/** Clients whose waits pass in no time. They are for requests one after the other. */
export function clientTo(baseUrl: string, options: Partial<TransportOptions> = {}) {
  return clientsOver(transportTo(baseUrl, options));
}

/** Those of another process that shares its connections. */
export function clientsOver(transport: Transport) {
  const clock = new InstantClock();
  const throttle = new Throttle({ clock, random: () => 0.5, stallTimeoutMs: 600_000 });
  return {
    client: new UsersClient(transport, throttle),
    projects: new ProjectsClient(transport, throttle),
    clock,
  };
}

/** What a promise was rejected with. */
export async function failureOf(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof Error) return outcome;
  throw new Error(`expected a rejection with an error, not ${inspect(outcome)}`);
}

/** Pieces of {@link CANARY}, of eight characters, and look-alikes of keys that a text has. */
export function keysIn(text: string): readonly string[] {
  const pieces = Array.from({ length: CANARY.length - 7 }, (_, at) => CANARY.slice(at, at + 8));
  return [...pieces.filter((piece) => text.includes(piece)), ...(text.match(/sk-\w+/g) ?? [])];
}

/** Everything that a log or a crash dump could show of a value. */
export function everythingShown(value: unknown): string {
  const parts = [inspect(value, { depth: Infinity, showHidden: true, maxStringLength: Infinity })];
  parts.push(inspect(value, { depth: Infinity, showHidden: true, customInspect: false }));
  parts.push(String(value), JSON.stringify(value));
  for (let error = value; error instanceof Error; error = error.cause) {
    parts.push(error.message, error.stack ?? "", String(error), JSON.stringify(Object.entries(error)));
  }
  return parts.join("\n");
}
