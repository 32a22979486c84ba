import { PROJECT_ROLES, type ProjectRole } from "../../users-api/role";
import { userIdProblem } from "../../users-api/paths";
import { shown } from "../../text";
import type { Entry } from "../entry";
import { isUnknown, tellable, UNKNOWN, unknownProperties, type Problem, type RawInputs } from "../inputs";
import {
  PROJECT_POLICIES,
  type ProjectAbsent,
  type UndeclaredMembers,
  type UndeclaredOwners,
} from "../policies";
import {
  aboutMembers,
  isObject,
  membersProblems,
  policyProblems,
  together,
  withoutUndeclared,
} from "../roster/rosterInputs";

/** The inputs of a project's roster, as checked. */
export interface ProjectInputs {
  /** The project's id. */
  readonly project: string;
  readonly members: Readonly<Record<Entry, ProjectRole>>;
  readonly undeclaredOwners: UndeclaredOwners;
  readonly undeclaredMembers: UndeclaredMembers;
  readonly absent: ProjectAbsent;
}

/** The result of checking the inputs alone, without the API. */
export interface CheckedProject {
  readonly inputs: Partial<ProjectInputs>;
  readonly problems: Problem[];
}

/** The policies, if nothing else is said. */
export const PROJECT_DEFAULTS = Object.fromEntries(
  Object.entries(PROJECT_POLICIES).map(([policy, [usual]]) => [policy, usual]),
);

const PROPERTIES = ["project", "members", ...Object.keys(PROJECT_POLICIES)];

/** Checks each property by itself; unknown values pass. */
export function checkProjectInputs(news: RawInputs): CheckedProject {
  const { project } = news;
  const members = withoutUndeclared(news.members);
  const told = Object.entries(news).filter(([policy, value]) => policy in PROJECT_POLICIES && value != null);
  const inputs: RawInputs = {
    ...(project != null && { project }),
    members,
    ...PROJECT_DEFAULTS,
    ...Object.fromEntries(told),
  };
  const problems = [
    ...projectProblems(project),
    ...Object.entries(PROJECT_POLICIES).flatMap(([policy, values]) =>
      policyProblems(policy, inputs[policy], values),
    ),
    ...together(inputs),
    ...unknownProperties(news, PROPERTIES),
  ];
  const wrong = isUnknown(members) ? [] : membersProblems(members, PROJECT_ROLES);
  if (wrong.length > 0) problems.push(aboutMembers(wrong));
  return { inputs: inputs, problems: tellable(problems, news) };
}

function projectProblems(project: unknown): Problem[] {
  if (project === UNKNOWN || (typeof project === "string" && userIdProblem(project) === undefined)) return [];
  return [
    {
      property: "project",
      reason: `project must be a project's id, such as proj_abc, not ${shown(project)}.`,
    },
  ];
}

/**
 * Inputs that check or read has answered, as the engine hands them back.
 *
 * @throws Error if they are another resource's.
 */
export function projectInputsFrom(news: RawInputs): ProjectInputs {
  const inputs = { ...news, members: withoutUndeclared(news.members) };
  if (isProjectInputs(inputs)) return inputs;
  throw new Error("These inputs have no project and members, so they are none of a ProjectRoster.");
}

function isProjectInputs(inputs: RawInputs): inputs is RawInputs & ProjectInputs {
  const { project, members } = inputs;
  return (typeof project === "string" || isUnknown(project)) && (isObject(members) || isUnknown(members));
}
