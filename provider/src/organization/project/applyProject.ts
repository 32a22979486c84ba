import { isNotFound } from "../../users-api/errors";
import type { OrganizationUser, Project } from "../../users-api/schema";
import type { Change } from "../roster/changes";
import { changedMeanwhile } from "../roster/lines";
import { declarationOf } from "../roster/rosterInputs";
import { beforeOf, keepSecrets } from "../roster/rosterState";
import { RosterUpdate } from "../roster/rosterUpdate";
import type { Session } from "../session";
import { planProjectNow } from "./planProjectNow";
import type { ProjectInputs } from "./projectInputs";
import { projectStateOf, type ProjectState } from "./projectState";

/**
 * create_project_user, modify_project_user and delete_project_user for each person whose access differs.
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
  const declaration = declarationOf(inputs);
  const plan = await planProjectNow(session, projectId, declaration, beforeOf(state));
  const { project, organization, changes } = plan;
  const refusals = [...plan.refusals, ...(await session.projectRemovals.gather(projectId, changes))];
  const update = new RosterUpdate(session, declaration, { ...plan, refusals }, (change) =>
    send(session, project, change),
  );
  return update.run(projectId, inputs.members, (entries) =>
    projectStateOf(inputs, entries, project, session, organization),
  );
}

async function send(session: Session, project: Project, change: Change): Promise<boolean> {
  const { act, user, role, entry } = change;
  if (role === undefined) return remove(session, project, user);
  const given = role === "owner" ? role : "member";
  try {
    await session.projects[act === "add" ? "add" : "modify"](project.projectId, user.userId, given);
    return true;
  } catch (error) {
    if (entry === undefined && isNotFound(error)) return false;
    throw error;
  }
}

/** Takes somebody out, unless their role has changed since the plan. In a project, the organization's owners are owners. */
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
