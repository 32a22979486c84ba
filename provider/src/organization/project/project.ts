import { PROJECT_ROLES } from "../../users-api/role";
import { projectWords } from "../changeLine";
import type { Declarer } from "../guards/declarations";
import { isUnknown, UNKNOWN, type RawInputs, type RawState } from "../inputs";
import { listed } from "../person";
import { isArchived } from "../projects";
import type { Resource } from "../resource";
import { differencesOf, rosterDiff } from "../roster/rosterDiff";
import { aboutMembers, declarationOf } from "../roster/rosterInputs";
import { beforeOf, declaredBy, entriesFor, keepSecrets, rosterInputsOf } from "../roster/rosterState";
import { sayPlan } from "../roster/sayPlan";
import type { Session } from "../session";
import { applyProject } from "./applyProject";
import { planProjectNow, type ProjectPlanNow } from "./planProjectNow";
import { checkProjectInputs, projectInputsFrom, type ProjectInputs } from "./projectInputs";
import { inProject } from "./projectPlan";
import { PROJECT_DERIVED, projectStateFrom, projectStateOf, type ProjectState } from "./projectState";

/** Checks a declaration. As for a roster of the organization, the plan is made here only if it is new. */
async function checkProject(session: Session, declarer: Declarer, olds: RawInputs, news: RawInputs) {
  const checked = checkProjectInputs(news);
  const { inputs, problems } = checked;
  if (problems.length > 0 || isUnknown(inputs.project)) return checked;
  const known = inputs as unknown as ProjectInputs;
  const twice = session.declarations.declareProject(declarer, known.project);
  if (twice !== undefined) problems.push({ property: "project", reason: twice });
  const isNew = Object.keys(olds).length === 0;
  if (twice !== undefined || !isNew || isUnknown(inputs.members)) return checked;
  const refusals = tell(session, await planFor(session, known));
  if (refusals.length > 0) problems.push(aboutMembers(refusals));
  return checked;
}

/** The plan for a project, by what its roster was until now. */
function planFor(session: Session, inputs: ProjectInputs): Promise<ProjectPlanNow> {
  const before = beforeOf(session.projectRosters.get(inputs.project));
  return planProjectNow(session, inputs.project, declarationOf(inputs), before);
}

/** Shows a plan. Returns why the update would be refused, if it would. */
function tell(session: Session, plan: ProjectPlanNow): string[] {
  const { project, owners, refusals, changes } = plan;
  if (owners.length > 0)
    session.sayOnce(
      `Owners of the organization are owners of every project, and are left alone there: ${listed(owners)}.`,
    );
  sayPlan(session, plan);
  return [...refusals, ...session.projectRemovals.note(project.projectId, changes)];
}

/** Compares a roster with the state and with the project (list_project_users): a preview shows every change. */
async function diffProject(
  session: Session,
  id: string,
  state: ProjectState,
  news: ProjectInputs,
  oldInputs: RawInputs | undefined,
) {
  keepSecrets(session, state);
  session.projectRosters.set(id, state);
  const isKnown = !isUnknown(news.project) && !isUnknown(news.members);
  const plan = isKnown ? await planFor(session, news) : undefined;
  // A refresh asks, too, about the roster as it was deployed.
  if (plan !== undefined && session.declarations.hasProject(news.project)) {
    const refusals = tell(session, plan);
    if (refusals.length > 0) throw new Error(aboutMembers(refusals).reason);
  }
  if (news.project !== id)
    return { changes: true, differences: [{ path: "project", kind: "replace", isOfInputs: true }] as const };
  const diff = rosterDiff(state, news, plan);
  return { changes: diff.changes, differences: differencesOf(diff, oldInputs) };
}

/** list_project_users: the role of each declared person, and in the inputs also those of others who would be changed. */
async function readProject(session: Session, id: string, before: RawState | undefined) {
  if (before?.members === undefined) return importProject(session, id);
  const until = projectStateFrom(before);
  keepSecrets(session, until);
  await session.directory.list();
  session.organizationOf(until.organization);
  const found = await session.projects.find(id);
  if (found === undefined || isArchived(found)) return undefined;
  const inputs = { ...rosterInputsOf(until), project: id } as ProjectInputs;
  const plan = await planProjectNow(session, id, declaredBy(until, inputs), beforeOf(until));
  const state = projectStateOf(inputs, plan.entries, plan.project, session, plan.organization);
  session.projectRosters.set(id, state);
  return { id, state, inputs: { ...inputs, members: { ...plan.entries.members, ...plan.extra } } };
}

/** In an import, everybody in the project is declared as they are; the organization's owners need not be. */
async function importProject(session: Session, id: string) {
  const people = await session.directory.people();
  const project = await session.projects.require(id);
  const users = (await session.projects.usersOf(id)).flatMap(({ userId, role }) => {
    const user = people.withId(userId);
    const isAble = user !== undefined && user.role !== "owner";
    return isAble && PROJECT_ROLES.some((one) => one === role) ? [inProject(user, role)] : [];
  });
  const entries = entriesFor(people, users);
  const inputs = checkProjectInputs({ project: id, members: entries.members })
    .inputs as unknown as ProjectInputs;
  const { organization } = session.directory;
  return { id, state: projectStateOf(inputs, entries, project, session, organization), inputs };
}

/** Nothing is sent: deleting a project's roster changes nobody. */
function deleteProject(session: Session, id: string, state: ProjectState): Promise<void> {
  keepSecrets(session, state);
  const { projectName: name } = state;
  const project = projectWords({ projectId: id, ...(name !== undefined && { name }) });
  session.say(`The roster of ${project} is no longer managed; nobody's access was changed.`);
  return Promise.resolve();
}

/** ProjectRoster. */
export const projectRoster: Resource = {
  names: "members",
  derived: PROJECT_DERIVED,

  check: checkProject,

  diff: (session, id, state, news, { oldInputs }) =>
    diffProject(session, id, projectStateFrom(state), projectInputsFrom(news), oldInputs),

  preview: (inputs) => ({ ...inputs, people: UNKNOWN, stages: UNKNOWN, projectName: UNKNOWN }),

  foresee: () => Promise.resolve(),

  async create(session, inputs) {
    const news = projectInputsFrom(inputs);
    const state = await applyProject(session, news, session.projectRosters.get(news.project));
    return { id: news.project, state };
  },

  read: readProject,

  update: (session, _id, state, inputs) =>
    applyProject(session, projectInputsFrom(inputs), projectStateFrom(state)),

  delete: (session, id, state) => deleteProject(session, id, projectStateFrom(state)),
};
