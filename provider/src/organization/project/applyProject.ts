import { sentences } from "../../text";
import { PartlyApplied } from "../resource";
import type { Change } from "../roster/changes";
import { Failures } from "../roster/failures";
import { describe } from "../roster/lines";
import { declarationOf } from "../roster/rosterInputs";
import { beforeOf, keepSecrets } from "../roster/rosterState";
import type { Session } from "../session";
import { planProjectNow, type ProjectPlanNow } from "./planProjectNow";
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
  if (plan.refusals.length > 0) throw new Error(sentences(plan.refusals));
  noteLeaving(session, plan);

  const failures = new Failures();
  const members = new Map(Object.entries(plan.entries.members));
  const make = async (change: Change): Promise<void> => {
    const { entry, role } = change;
    try {
      const isDone = await send(session, projectId, change);
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
async function send({ projects }: Session, projectId: string, { act, user, role }: Change): Promise<boolean> {
  if (role === undefined) return projects.remove(projectId, user.userId);
  const given = role === "owner" ? role : "member";
  await projects[act === "add" ? "add" : "modify"](projectId, user.userId, given);
  return true;
}

/** Notes whom a plan takes out of a project, or demotes there, undeclared: the cap counts people, not projects. */
export function noteLeaving({ leaving }: Session, { project, changes }: ProjectPlanNow): void {
  const undeclared = changes.filter(({ entry }) => entry === undefined);
  leaving.set(project.projectId, new Set(undeclared.map(({ user }) => user.userId)));
}
