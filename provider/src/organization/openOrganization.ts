import { UsersClient } from "../users-api/client";
import { Throttle, type Pacing } from "../users-api/pacing/throttle";
import { Transport, type TransportOptions } from "../users-api/http/transport";
import type { WaitReport } from "../users-api/pacing/waiting";
import { Directory } from "./directory";
import { Invitations } from "./invitations";

/** An organization's people, and those who are invited. */
export interface Opened {
  readonly directory: Directory;
  readonly invitations: Invitations;
}

/**
 * Opens an organization. Nothing is sent until somebody is looked up.
 *
 * @param say - Shows the user a line when requests wait for long.
 * @param signal - Once it is aborted, nothing more is sent.
 */
export function openOrganization(
  options: TransportOptions & Pacing,
  say: (line: string) => void,
  signal?: AbortSignal,
): Opened {
  const throttle = new Throttle({
    ...options,
    signal,
    onWait: (report) => {
      say(waitLine(report));
    },
  });
  const client = new UsersClient(new Transport(options), throttle);
  return {
    directory: new Directory(client, { key: options.adminKey }),
    invitations: new Invitations(client),
  };
}

/** Tells the user why requests wait. */
export function waitLine(report: WaitReport): string {
  const { reason, operation, done, waiting, remainingMs } = report;
  const told = done === 0 ? requests(waiting) : `${done} of ${done + waiting} done, ${waiting}`;
  const wait = `${told} ${waiting === 1 ? "waits" : "wait"}`;
  const left =
    remainingMs === undefined ? "the limit is not known yet" : `about ${duration(remainingMs)} to go`;
  switch (reason) {
    case "limit":
      return `OpenAI limits the rate of ${operation}: ${wait}; ${left}.`;
    case "cap":
      return `openai:maxRequestsPerMinutePerOperation limits the rate of ${operation}: ${wait}; ${left}.`;
    case "asked":
      return `OpenAI asked for a pause in ${operation}: ${wait}.`;
    case "answers":
      return `OpenAI is slow to answer ${operation}: ${wait}.`;
  }
}

function requests(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
