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
import { handlersOf, type Door, type Handlers, type HandlersOfProcess } from "../handlers";
import { limitsOf, type Numbers } from "../limits";
import type { MemoryServer } from "./memoryServer";

/** What a provider process has around it. */
interface Surroundings {
  readonly door: Door;
  readonly clock: VirtualClock;
  readonly server: MemoryServer;
  readonly limits: Numbers;
  readonly say: (line: string) => unknown;
  readonly peers: Peers;
}

/**
 * A provider process in this one: all of it is real but the transport. If it dies, whoever waits for one of its answers
 * learns it.
 */
export function startProvider({ door, clock, server, limits, say, peers }: Surroundings): HandlersOfProcess {
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
  const { role, roster, project } = handlersOf(door, session);
  return { role: untilLost(role, lost), roster: untilLost(roster, lost), project: untilLost(project, lost) };
}

function untilLost(handlers: Handlers, lost: Promise<never>): Handlers {
  return {
    check: (...given) => Promise.race([lost, handlers.check(...given)]),
    diff: (...given) => Promise.race([lost, handlers.diff(...given)]),
    create: (...given) => Promise.race([lost, handlers.create(...given)]),
    read: (...given) => Promise.race([lost, handlers.read(...given)]),
    update: (...given) => Promise.race([lost, handlers.update(...given)]),
    delete: (...given) => Promise.race([lost, handlers.delete(...given)]),
  };
}
