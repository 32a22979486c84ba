import { sameEmail } from "../../users-api/email";
import { UsersApiError } from "../../users-api/errors";
import type { Project } from "../../users-api/schema";
import { isEmail, type Entry } from "../entry";
import { isPending } from "../invitations";
import type { People } from "../people";
import type { Change } from "../roster/changes";
import type { PlanNow } from "../roster/planNow";
import type { Declaration } from "../roster/rosterInputs";
import type { Before } from "../roster/rosterState";
import { endsEverything, everybody } from "../roster/situation";
import type { Session } from "../session";
import { planProject, type ProjectPlan } from "./projectPlan";

/** A plan for a project. */
export interface ProjectPlanNow extends ProjectPlan, PlanNow {
  readonly project: Project;
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
  const known = await everybody(session, declaration, before);
  for (const [entry, { email }] of known.identified.users)
    if (session.secrets.has(entry)) session.secrets.add(email);
  const organization = session.organizationOf(before.organization);
  const project = await projects.require(projectId);
  const owners = known.people.all.filter(({ role }) => role === "owner").map(({ userId }) => userId);
  const situation = {
    project,
    users: await projects.usersOf(projectId, new Set(owners)),
    ...known,
    ...whatBecomesOf(known.people, session, await session.rosterChanges),
    invited: await invitedAmong(session, known.identified.absent, declaration),
  };
  return { ...planProject(situation, declaration, before), project, organization };
}

/** Who owns every project, now or once the program has its way, and who will not, or leaves the organization. */
function whatBecomesOf({ all }: People, { declarations }: Session, rosterChanges: readonly Change[]) {
  const planned = new Map(rosterChanges.map((change) => [change.user.userId, change]));
  const [owners, ceasing, leaving] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const user of all) {
    const change = planned.get(user.userId);
    const isOwner = user.role === "owner";
    const becomes = change === undefined ? (declarations.roleOf(user) ?? user.role) : change.role;
    if (isOwner || becomes === "owner") owners.add(user.userId);
    if (isOwner && becomes !== "owner") ceasing.add(user.userId);
    if (change?.act === "remove") leaving.add(user.userId);
  }
  return { owners, ceasing, leaving };
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
