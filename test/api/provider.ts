import { OrganizationRosterProvider } from "../../provider/src/dynamic/organizationRoster";
import { OrganizationUserRoleProvider } from "../../provider/src/dynamic/organizationUserRole";
import { Session } from "../../provider/src/dynamic/session";
import { Directory } from "../../provider/src/organization/directory";
import { clientTo } from "./clientSupport";

/** The handlers of one provider process. */
export interface Provider {
  readonly roles: OrganizationUserRoleProvider;
  readonly roster: OrganizationRosterProvider;
  /** Ends its connections, once all its requests have ended. */
  close(): Promise<void>;
}

/** Starts the handlers anew, as the next command would; only the clock that they wait by is none. */
export function openProvider(url: string, requestTimeoutMs = 20_000): Provider {
  const { client } = clientTo(url, { requestTimeoutMs });
  const session = new Session(new Directory(client), { minOwners: 1, maxRemovals: 3 });
  return {
    roles: new OrganizationUserRoleProvider(() => session),
    roster: new OrganizationRosterProvider(() => session),
    close: () => client.close(),
  };
}
