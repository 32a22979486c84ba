import { Session } from "../../provider/src/organization/session";
import { Directory } from "../../provider/src/organization/directory";
import { Groups } from "../../provider/src/organization/groups";
import { Invitations } from "../../provider/src/organization/invitations";
import { Projects } from "../../provider/src/organization/projects";
import { handlersOf, type Door, type Handlers } from "../handlers";
import { clientTo, InstantClock } from "./clientSupport";
import { limitsOf } from "../limits";

/** The handlers of one provider process. */
export interface Provider {
  readonly roles: Handlers;
  readonly roster: Handlers;
  readonly project: Handlers;
  /** Ends its connections, once all its requests have ended. */
  close(): Promise<void>;
}

/** Starts the handlers anew, as the next command would. */
export function openProvider(url: string, requestTimeoutMs = 20_000, door: Door = "dynamic"): Provider {
  const { client, projects } = clientTo(url, { requestTimeoutMs });
  const session = new Session({
    directory: new Directory(client),
    invitations: new Invitations(client),
    groups: new Groups(client),
    projects: new Projects(projects),
    limits: limitsOf(),
    say: (line) => {
      console.log(line);
    },
    clock: new InstantClock(),
  });
  const { role, roster, project } = handlersOf(door, session);
  return {
    roles: role,
    roster,
    project,
    close: () => client.close(),
  };
}
