import { sameEmail } from "../../users-api/email";
import { UsersApiError } from "../../users-api/errors";
import type { OrganizationUser, Project } from "../../users-api/schema";
import { isEmail, type Entry } from "../entry";
import { isPending } from "../invitations";
import type { People } from "../people";
import type { Declaration } from "../roster/rosterInputs";
import type { Before } from "../roster/rosterState";
import { aliasesOf, endsEverything, everybody } from "../roster/situation";
import type { Session } from "../session";
import { planProject, type ProjectPlan } from "./projectPlan";

/** A plan for a project. */
export interface ProjectPlanNow extends ProjectPlan {
  readonly project: Project;
  /** The organization's name, if the API says it. */
  readonly organization: string | undefined;
}

/**
 * The plan for a project as it is now.
 *
 * @throws Error if there is no such project, it is archived, or it is another organization than before.
 */
export function planProjectNow(
  session: Session,
  projectId: string,
  declaration: Declaration,
  before: Before,
): Promise<ProjectPlanNow> {
  return session.projectRemovals.planning(() => plan(session, projectId, declaration, before));
}

async function plan(
  session: Session,
  projectId: string,
  declaration: Declaration,
  before: Before,
): Promise<ProjectPlanNow> {
  const { projects } = session;
  const { people, identified } = await everybody(session, [...declaration.members.keys()], before);
  const organization = session.organizationOf(before.organization);
  for (const [entry, { email }] of identified.users)
    if (session.secrets.has(entry)) session.secrets.add(email);
  const project = await projects.require(projectId);
  const owners = people.all.filter((user) => user.role === "owner");
  const situation = {
    project,
    users: await projects.usersOf(projectId, idsOf(owners)),
    people,
    identified,
    aliases: await aliasesOf(session, identified),
    ...whatBecomesOf(people, session),
    invited: await invitedAmong(session, identified.absent, declaration),
  };
  return { ...planProject(situation, declaration, before), project, organization };
}

/** Who owns every project, now or once the program has its way, and who will not, or leaves the organization. */
function whatBecomesOf({ all }: People, { declarations, rosterChanges }: Session) {
  const planned = new Map(rosterChanges.map((change) => [change.user.userId, change]));
  const isOwner = ({ role }: Pick<OrganizationUser, "role">): boolean => role === "owner";
  const becomes = (user: OrganizationUser): string | undefined =>
    (planned.get(user.userId) ?? { role: declarations.roleOf(user) ?? user.role }).role;
  return {
    owners: idsOf(all.filter((user) => isOwner(user) || becomes(user) === "owner")),
    ceasing: idsOf(all.filter((user) => isOwner(user) && becomes(user) !== "owner")),
    leaving: idsOf(all.filter(({ userId }) => planned.get(userId)?.act === "remove")),
  };
}

function idsOf(people: readonly OrganizationUser[]): ReadonlySet<string> {
  return new Set(people.map(({ userId }) => userId));
}

/** The entries of people whom the program's roster invites, or who have a pending invitation (list_invites). */
async function invitedAmong(
  { declarations, invitations, now }: Session,
  absent: readonly Entry[],
  { absent: policy }: Declaration,
): Promise<ReadonlySet<Entry>> {
  const emails = absent.filter(isEmail);
  const byProgram = emails.filter((entry) => declarations.invites(entry));
  if (byProgram.length === emails.length) return new Set(byProgram);
  try {
    const pending = (await invitations.all()).filter((invite) => isPending(invite, now()));
    const byAnybody = emails.filter((entry) => pending.some(({ email }) => sameEmail(email, entry)));
    return new Set([...byProgram, ...byAnybody]);
  } catch (error) {
    // They matter for the wording alone, unless who is absent is refused.
    if (policy === "error" || !(error instanceof UsersApiError) || endsEverything(error)) throw error;
    return new Set(byProgram);
  }
}
