import { settingName } from "../settingName";
import { UsersClient } from "../users-api/client";
import { Throttle, type Pacing } from "../users-api/pacing/throttle";
import { Transport, type TransportOptions } from "../users-api/http/transport";
import { ProjectsClient } from "../users-api/projectsClient";
import type { WaitReport } from "../users-api/pacing/waiting";
import { Activity } from "./activity";
import { AuditLog } from "./auditLog";
import { Directory } from "./directory";
import { Groups } from "./groups";
import { Invitations } from "./invitations";
import { Projects } from "./projects";

/** An organization's people, those who are invited, and what else there is to know of them. */
export interface Opened {
  readonly directory: Directory;
  readonly invitations: Invitations;
  readonly groups: Groups;
  readonly activity: Activity;
  readonly auditLog: AuditLog;
  readonly projects: Projects;
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
  const transport = new Transport(options);
  const client = new UsersClient(transport, throttle);
  return {
    directory: new Directory(client, { key: options.adminKey }),
    invitations: new Invitations(client),
    groups: new Groups(client),
    activity: new Activity(client),
    auditLog: new AuditLog(client),
    projects: new Projects(new ProjectsClient(transport, throttle)),
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
      return `${settingName("maxRequestsPerMinutePerOperation")} limits the rate of ${operation}: ${wait}; ${left}.`;
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
