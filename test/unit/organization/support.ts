import type { Emulator, EmulatorOptions, NewUser } from "../../../emulator/src";
import { Directory } from "../../../provider/src/organization/directory";
import { Groups } from "../../../provider/src/organization/groups";
import { Invitations } from "../../../provider/src/organization/invitations";
import { Projects } from "../../../provider/src/organization/projects";
import { PartlyApplied } from "../../../provider/src/organization/resource";
import type { RosterState } from "../../../provider/src/organization/roster/rosterState";
import { Session, type SessionOptions } from "../../../provider/src/organization/session";
import { clientTo, closeAll, failureOf, InstantClock, start } from "../../api/clientSupport";
import { limitsOf, type Numbers } from "../../limits";

/** A process of the provider over an emulator. */
export interface Opened {
  readonly emulator: Emulator;
  readonly session: Session;
  /** What the user is shown. */
  readonly said: readonly string[];
  /** The session of a later process, which remembers nothing. */
  readonly later: () => Session;
}

/** Ends what a test has opened, and what it has mocked. */
export async function endAll(): Promise<void> {
  jest.restoreAllMocks();
  await closeAll();
}

/** Opens an organization of four members, or as told; it ends with the test, and waits for nothing. */
export async function open(
  options: EmulatorOptions = { users: 4 },
  limits: Numbers = {},
  more: Pick<SessionOptions, "now" | "renamedFrom"> = {},
): Promise<Opened> {
  const emulator = await start(options);
  const said: string[] = [];
  const later = (): Session => {
    const { client, projects } = clientTo(emulator.url);
    return new Session({
      directory: new Directory(client),
      invitations: new Invitations(client),
      groups: new Groups(client),
      projects: new Projects(projects),
      limits: limitsOf(limits),
      say: (line) => said.push(line),
      clock: new InstantClock(),
      ...more,
    });
  };
  return { emulator, said, later, session: later() };
}

/** The requests that an emulator was sent, by operation, without those that were not. */
export function requests(emulator: Emulator): Record<string, number> {
  return Object.fromEntries(Object.entries(emulator.requests.counts()).filter(([, count]) => count > 0));
}

/** What was written, in order. */
export function writes(emulator: Emulator): string[] {
  return emulator.requests
    .log()
    .filter(({ method }) => method !== "GET")
    .map(({ operation, projectId, userId, body }) => {
      const { user_id: added, role } = (body === "" ? {} : JSON.parse(body)) as Record<string, string>;
      return [operation, projectId, userId ?? added, role].filter((part) => part !== undefined).join(" ");
    });
}

/** Somebody whose id and email follow from the name. */
export function person(name: string, role: "owner" | "member" = "member"): NewUser {
  return { id: `user-${name}`, email: `${name}@example.com`, name, role };
}

/** Has the API say, in each answer, which organization it is. */
export function organizationIs({ directory }: Session, name: string): void {
  jest.spyOn(directory, "organization", "get").mockReturnValue(name);
}

/** What of a roster was applied if the rest failed. */
export async function partOf(
  applying: Promise<unknown>,
): Promise<Pick<PartlyApplied, "message" | "reasons"> & { readonly state: RosterState }> {
  const error = await failureOf(applying);
  if (!(error instanceof PartlyApplied)) throw error;
  return { message: error.message, reasons: error.reasons, state: error.properties as RosterState };
}
