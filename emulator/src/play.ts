import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { errorBody, json, type Answer } from "./answers";
import type { Fault } from "./faults";
import { refusal } from "./refusals";

/** What a fault works on. */
export interface Stage {
  /** The raw answer; headers already set on it (the request id) are kept. */
  readonly outgoing: ServerResponse;
  /** Serves the request: applies it, and returns the response it would get. */
  readonly serve: () => Answer;
  /** Told the status, as soon as one is sent. */
  readonly sent: (status: number) => void;
  /** Aborted when the emulator closes. */
  readonly closing: AbortSignal;
}

/** Plays a fault on the raw answer. Resolves when it has done its part; the connection may stay open. */
export async function play(fault: Fault, stage: Stage): Promise<void> {
  switch (fault.kind) {
    case "status":
      end(stage, statusAnswer(fault.status, fault.body, fault.headers));
      return;
    case "refusal":
      end(stage, refusal(fault.reason, fault.headers ?? {}));
      return;
    case "reset":
      if (fault.when === "after") stage.serve();
      stage.outgoing.socket?.resetAndDestroy();
      return;
    case "stall": {
      const answer = fault.applied === false ? undefined : stage.serve();
      if (fault.where === "body") stall(stage, answer);
      return;
    }
    case "delay":
      await sleep(fault.ms, undefined, { signal: stage.closing }).catch(() => undefined);
      if (!stage.closing.aborted) end(stage, stage.serve());
      return;
    case "drip":
      await drip(stage, fault.bytes ?? 1, fault.intervalMs ?? 10);
      return;
    case "truncate":
      truncate(stage, fault.keep);
      return;
    case "body":
      if (fault.applied) stage.serve();
      end(stage, {
        status: fault.status ?? 200,
        headers: { "content-type": fault.contentType ?? "application/json" },
        body: fault.body,
      });
      return;
    case "alter": {
      const body = fault.alter(JSON.parse(stage.serve().body));
      end(stage, json(body));
      return;
    }
    case "redirect":
      end(stage, { status: fault.status ?? 301, headers: { location: fault.location }, body: "" });
      return;
    case "huge":
      await flood(stage, fault.bytes, fault.gzip ?? false, fault.status ?? 200);
      return;
  }
}

interface RawAnswer extends Omit<Answer, "body"> {
  readonly body: string | Uint8Array;
}

function statusAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  if (typeof body === "string")
    return { status, headers: { "content-type": "text/plain", ...headers }, body };
  const message = `The server answered ${status} on request.`;
  const value =
    body ?? errorBody({ message, type: status >= 500 ? "server_error" : "invalid_request_error" });
  return { status, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(value) };
}

function head(stage: Stage, status: number, headers: Readonly<Record<string, string | number>>): void {
  stage.sent(status);
  stage.outgoing.writeHead(status, headers);
}

function end(stage: Stage, answer: RawAnswer): void {
  if (answer.status === 204 || answer.status === 304) {
    head(stage, answer.status, answer.headers);
    stage.outgoing.end();
    return;
  }
  const body = Buffer.from(answer.body);
  head(stage, answer.status, { ...answer.headers, "content-length": body.length });
  stage.outgoing.end(body);
}

function stall(stage: Stage, answer: Answer | undefined): void {
  const body = Buffer.from(answer?.body ?? "{}");
  head(stage, answer?.status ?? 200, {
    "content-type": "application/json",
    ...answer?.headers,
    "content-length": body.length,
  });
  stage.outgoing.write(body.subarray(0, Math.ceil(body.length / 2)));
}

function truncate(stage: Stage, keep: number | undefined): void {
  const answer = stage.serve();
  const body = Buffer.from(answer.body);
  head(stage, answer.status, { ...answer.headers, "content-length": body.length });
  const kept = body.subarray(0, Math.min(keep ?? Math.floor(body.length / 2), body.length - 1));
  const { socket } = stage.outgoing;
  stage.outgoing.flushHeaders();
  stage.outgoing.write(kept, () => socket?.destroySoon());
}

async function drip(stage: Stage, bytes: number, intervalMs: number): Promise<void> {
  const answer = stage.serve();
  const body = Buffer.from(answer.body);
  head(stage, answer.status, { ...answer.headers, "content-length": body.length });
  stage.outgoing.flushHeaders();
  for (let at = 0; at < body.length && !stage.outgoing.destroyed; at += bytes) {
    stage.outgoing.write(body.subarray(at, at + bytes));
    await sleep(intervalMs, undefined, { signal: stage.closing }).catch(() => undefined);
  }
  stage.outgoing.end();
}

const CHUNK_BYTES = 1024 * 1024;

async function flood(stage: Stage, bytes: number, gzip: boolean, status: number): Promise<void> {
  const headers = { "content-type": "application/json", ...(gzip ? { "content-encoding": "gzip" } : {}) };
  head(stage, status, headers);
  const spaces = Buffer.alloc(Math.min(bytes, CHUNK_BYTES), " ");
  // A gzip stream is any number of members one after the other, so one compressed chunk can be sent many times.
  const encode = (chunk: Buffer): Buffer => (gzip ? gzipSync(chunk) : chunk);
  const whole = encode(spaces);
  for (let left = bytes; left > 0 && !stage.outgoing.destroyed; left -= CHUNK_BYTES) {
    const chunk = left < spaces.length ? encode(spaces.subarray(0, left)) : whole;
    if (!stage.outgoing.write(chunk)) await drained(stage.outgoing);
  }
  stage.outgoing.end();
}

/** Until the client has taken what was written, or has gone. */
async function drained(outgoing: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.once("drain", done);
    outgoing.once("close", done);
  });
}
