import { PROJECT_ROLES } from "../../users-api/role";
import { formatChange, harmOrder, projectWords } from "../changeLine";
import type { Declarer } from "../guards/declarations";
import { isUnknown, UNKNOWN, type RawInputs } from "../inputs";
import { listed } from "../person";
import { People } from "../people";
import { isArchived } from "../projects";
import type { Difference, Resource } from "../resource";
import { accessChange } from "../roster/lines";
import { membersDifferences } from "../roster/roster";
import { aboutMembers, declarationOf, type Declaration } from "../roster/rosterInputs";
import { beforeOf, entriesChanged, keepSecrets, policiesChanged, type Before } from "../roster/rosterState";
import type { Session } from "../session";
import { applyProject } from "./applyProject";
import { planProjectNow, type ProjectPlanNow } from "./planProjectNow";
import {
  checkProjectInputs,
  PROJECT_DEFAULTS,
  projectInputsFrom,
  type CheckedProject,
  type ProjectInputs,
} from "./projectInputs";
import {
  PROJECT_DERIVED,
  projectInputsOf,
  projectStateFrom,
  projectStateOf,
  type ProjectState,
} from "./projectState";

/** Checks a declaration. As for a roster of the organization, the plan is made here only if it is new. */
async function checkProject(
  session: Session,
  declarer: Declarer,
  olds: RawInputs,
  news: RawInputs,
): Promise<CheckedProject> {
  const checked = checkProjectInputs(news);
  const { inputs, problems } = checked;
  if (problems.length > 0 || isUnknown(inputs.project)) return checked;
  const known = inputs as ProjectInputs;
  const twice = session.declarations.declareProject(declarer, known.project);
  if (twice !== undefined) problems.push({ property: "project", reason: twice });
  const isNew = Object.keys(olds).length === 0;
  if (twice !== undefined || !isNew || isUnknown(inputs.members)) return checked;
  const plan = await planFor(session, known, session.projectRosters.get(known.project));
  const refusals = tell(session, plan);
  if (refusals.length > 0) problems.push(aboutMembers(refusals));
  return checked;
}

function planFor(
  session: Session,
  inputs: ProjectInputs,
  state: ProjectState | undefined,
): Promise<ProjectPlanNow> {
  return planProjectNow(session, inputs.project, declarationOf(inputs), beforeOf(state));
}

/** Compares a roster with the state and with the project (list_project_users): a preview shows every change. */
async function diffProject(
  session: Session,
  id: string,
  state: ProjectState,
  news: ProjectInputs,
  oldInputs: RawInputs | undefined,
): Promise<{ readonly changes: boolean; readonly differences: readonly Difference[] }> {
  keepSecrets(session, state);
  session.projectRosters.set(id, state);
  const isAnother = news.project !== id;
  const policies = policiesChanged(state, news).map(
    (path) => ({ path, kind: "update", isOfInputs: true }) as const,
  );
  const replaced = [{ path: "project", kind: "replace", isOfInputs: true } as const];
  if (isUnknown(news.project)) return { changes: true, differences: replaced };
  if (isUnknown(news.members)) return { changes: true, differences: isAnother ? replaced : policies };
  const plan = await planFor(session, news, session.projectRosters.get(news.project));
  // A refresh asks, too, about the roster as it was deployed.
  if (session.declarations.hasProject(news.project)) {
    const refusals = tell(session, plan);
    if (refusals.length > 0) throw new Error(aboutMembers(refusals).reason);
  }
  if (isAnother) return { changes: true, differences: replaced };
  const entries = entriesChanged(state, news);
  const differences = [...membersDifferences(entries, Object.keys(plan.extra), oldInputs), ...policies];
  return { changes: entries.length + policies.length + plan.changes.length > 0, differences };
}

/** list_project_users: the role of each declared person, and in the inputs also those of others who would be changed. */
async function readProject(session: Session, id: string, before: Partial<ProjectState> | undefined) {
  if (before?.members === undefined) return importProject(session, id);
  keepSecrets(session, before);
  await session.directory.list();
  session.organizationOf(before.organization);
  const found = await session.projects.find(id);
  if (found === undefined || isArchived(found)) return undefined;
  const inputs = projectInputsOf(id, before);
  const until = beforeOf(before);
  const plan = await planProjectNow(session, id, knownTo(until, inputs), until);
  const state = projectStateOf(inputs, plan.entries, plan.project, session, plan.organization);
  session.projectRosters.set(id, state);
  return { id, state, inputs: { ...inputs, members: { ...plan.entries.members, ...plan.extra } } };
}

/** What a state declares: an entry whose person was taken out elsewhere is still the roster's. */
function knownTo({ entries }: Before, inputs: ProjectInputs): Declaration {
  const declaration = declarationOf(inputs);
  const known = [...entries.values()].map(({ entry }) => [entry, declaration.members.get(entry)] as const);
  return { ...declaration, members: new Map(known) };
}

/** In an import, everybody in the project is declared as they are; the organization's owners need not be. */
async function importProject(session: Session, id: string) {
  const people = new People(await session.directory.list());
  const project = await session.projects.require(id);
  const users = (await session.projects.usersOf(id)).filter(
    ({ userId, role }) =>
      PROJECT_ROLES.some((one) => one === role) && (people.withId(userId)?.role ?? "owner") !== "owner",
  );
  const entries = users.map(({ userId, role }) => {
    const entry = people.entryFor(people.withId(userId) ?? { userId });
    return { entry, role, person: { userId } };
  });
  const members = Object.fromEntries(entries.map(({ entry, role }) => [entry, role]));
  const inputs = { ...PROJECT_DEFAULTS, project: id, members } as ProjectInputs;
  const remembered = Object.fromEntries(entries.map(({ entry, person }) => [entry, person]));
  const { organization } = session.directory;
  const state = projectStateOf(inputs, { members, people: remembered }, project, session, organization);
  return { id, state, inputs };
}

/** Nothing is sent: deleting a project's roster changes nobody. */
function deleteProject(session: Session, id: string, state: ProjectState): Promise<void> {
  keepSecrets(session, state);
  const { projectName: name } = state;
  const project = projectWords({ projectId: id, ...(name !== undefined && { name }) });
  session.say(`The roster of ${project} is no longer managed; nobody's access was changed.`);
  return Promise.resolve();
}

/** Shows what an update would do: harm first, and all of it. Returns why it would be refused, if it would. */
function tell(
  session: Session,
  { project, refusals, warnings, changes, stays, owners }: ProjectPlanNow,
): string[] {
  for (const warning of warnings) session.sayOnce(warning, "warning");
  if (owners.length > 0)
    session.sayOnce(
      `Owners of the organization are owners of every project, and are left alone there: ${listed(owners)}.`,
    );
  const sorted = changes.map(accessChange).sort((one, other) => harmOrder(one) - harmOrder(other));
  for (const line of [...sorted.map((change) => formatChange(change)), ...stays]) session.say(line, "plan");
  return [...refusals, ...session.projectRemovals.note(project.projectId, changes)];
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
