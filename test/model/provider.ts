import { Directory } from "../../provider/src/organization/directory";
import type { Peers } from "../../provider/src/organization/guards/peers";
import { Groups } from "../../provider/src/organization/groups";
import { Invitations } from "../../provider/src/organization/invitations";
import { Projects } from "../../provider/src/organization/projects";
import { Session } from "../../provider/src/organization/session";
import { UsersClient } from "../../provider/src/users-api/client";
import { Throttle } from "../../provider/src/users-api/pacing/throttle";
import { ProjectsClient } from "../../provider/src/users-api/projectsClient";
import type { VirtualClock } from "../../bench/virtualClock";
import { handlersOf, type Door } from "../handlers";
import { limitsOf, type Numbers } from "../limits";
import type { MemoryServer } from "./memoryServer";
import type { ProviderProcess } from "./simulatedEngine";

/** What a provider process has around it. */
interface Surroundings {
  readonly door: Door;
  readonly clock: VirtualClock;
  readonly server: MemoryServer;
  readonly limits: Numbers;
  readonly say: (line: string) => unknown;
  readonly peers: Peers;
}

/** A provider process in this one: all of it is real but the transport. */
export function startProvider({ door, clock, server, limits, say, peers }: Surroundings): ProviderProcess {
  let die: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => (die = reject));
  lost.catch(() => undefined);
  const transport = server.transport(() => {
    die(new Error("the provider process ended"));
  });
  const throttle = new Throttle({ clock, random: () => 0.5, stallTimeoutMs: 600_000 });
  const client = new UsersClient(transport, throttle);
  const session = new Session({
    directory: new Directory(client, { clock }),
    invitations: new Invitations(client),
    groups: new Groups(client),
    projects: new Projects(new ProjectsClient(transport, throttle)),
    limits: limitsOf(limits),
    say,
    clock,
    now: () => server.now,
    peers,
  });
  return { lost, handlers: handlersOf(door, session) };
}
