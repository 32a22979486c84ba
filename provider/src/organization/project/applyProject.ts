import type { OrganizationUser, Project } from "../../users-api/schema";
import { sentences } from "../../text";
import { PartlyApplied } from "../resource";
import type { Change } from "../roster/changes";
import { Failures } from "../roster/failures";
import { changedMeanwhile, describe } from "../roster/lines";
import { declarationOf } from "../roster/rosterInputs";
import { beforeOf, keepSecrets } from "../roster/rosterState";
import type { Session } from "../session";
import { planProjectNow } from "./planProjectNow";
import type { ProjectInputs } from "./projectInputs";
import { projectStateOf, type ProjectState } from "./projectState";

/** The phases of an update: one begins once the one before has ended without a failure. */
const PHASES: readonly (readonly string[])[] = [["add", "promote"], ["demote"], ["remove"]];

/**
 * create_project_user, modify_project_user and delete_project_user for each person whose access differs: additions and
 * promotions, then demotions, then removals.
 *
 * @throws PartlyApplied if some of it failed.
 */
export async function applyProject(
  session: Session,
  inputs: ProjectInputs,
  state?: ProjectState,
): Promise<ProjectState> {
  if (state !== undefined) keepSecrets(session, state);
  const { project: projectId } = inputs;
  const plan = await planProjectNow(session, projectId, declarationOf(inputs), beforeOf(state));
  const refusals = [...plan.refusals, ...(await session.projectRemovals.gather(projectId, plan.changes))];
  if (refusals.length > 0) throw new Error(sentences(refusals));

  const failures = new Failures();
  const members = new Map(Object.entries(plan.entries.members));
  const make = async (change: Change): Promise<void> => {
    const { entry, role } = change;
    try {
      const isDone = await send(session, plan.project, change);
      if (entry !== undefined && role !== undefined) members.set(entry, role);
      if (isDone) session.say(describe(change, "done"));
    } catch (error) {
      failures.add(change, error);
    }
  };
  for (const acts of PHASES) {
    await Promise.all(plan.changes.filter(({ act }) => acts.includes(act)).map(make));
    if (failures.any) break;
  }
  for (const line of plan.stays) session.say(line);
  const stateNow = (entries: ProjectState["members"]): ProjectState => {
    const { people } = plan.entries;
    return projectStateOf(inputs, { members: entries, people }, plan.project, session, plan.organization);
  };
  if (!failures.any) return stateNow(inputs.members);
  throw new PartlyApplied(
    projectId,
    stateNow(Object.fromEntries(members)),
    failures.reasons().map(session.hide),
  );
}

/** Sends one change. Returns false if nothing had to be done: the person has left already. */
async function send(session: Session, project: Project, { act, user, role }: Change): Promise<boolean> {
  if (role === undefined) return remove(session, project, user);
  const given = role === "owner" ? role : "member";
  await session.projects[act === "add" ? "add" : "modify"](project.projectId, user.userId, given);
  return true;
}

/** Takes somebody out, unless their role has changed since the plan. In the project, the organization's owners are owners. */
async function remove(
  { projects, directory }: Session,
  project: Project,
  user: OrganizationUser,
): Promise<boolean> {
  const there = await projects.userNow(project.projectId, user.userId);
  if (there === undefined) return false;
  if (there.role !== user.role) throw new Error(changedMeanwhile(user, there.role, project));
  const now = user.role === "owner" ? await directory.anew().read(user.userId) : undefined;
  if (now?.role === "owner") throw new Error(changedMeanwhile(user, now.role));
  return projects.remove(project.projectId, user.userId);
}
