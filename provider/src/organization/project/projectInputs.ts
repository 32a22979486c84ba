import { PROJECT_ROLES, type ProjectRole } from "../../users-api/role";
import { userIdProblem } from "../../users-api/paths";
import { shown } from "../../text";
import type { Entry } from "../entry";
import { isUnknown, tellable, unknownProperties, type RawInputs } from "../inputs";
import { PROJECT_POLICIES, type ProjectAbsent } from "../policies";
import { checkMembers, rosterInputsFrom, type RosterInputs } from "../roster/rosterInputs";

/** The inputs of a project's roster, as checked. */
export interface ProjectInputs extends Pick<RosterInputs, "undeclaredOwners" | "undeclaredMembers"> {
  /** The project's id. */
  readonly project: string;
  readonly members: Readonly<Record<Entry, ProjectRole>>;
  readonly absent: ProjectAbsent;
}

const PROPERTIES = ["project", "members", ...Object.keys(PROJECT_POLICIES)];

/** Checks each property by itself; unknown values pass. */
export function checkProjectInputs(news: RawInputs) {
  const { project } = news;
  const { inputs, problems } = checkMembers(news, PROJECT_POLICIES, PROJECT_POLICIES, PROJECT_ROLES);
  if (project != null) inputs.project = project;
  if (!isProject(project))
    problems.push({
      property: "project",
      reason: `project must be a project's id, such as proj_abc, not ${shown(project)}.`,
    });
  problems.push(...unknownProperties(news, PROPERTIES));
  return { inputs, problems: tellable(problems, news) };
}

function isProject(project: unknown): boolean {
  return isUnknown(project) || (typeof project === "string" && userIdProblem(project) === undefined);
}

/**
 * Inputs that check or read has answered, as the engine hands them back.
 *
 * @throws Error if they are another resource's.
 */
export function projectInputsFrom(news: RawInputs): ProjectInputs {
  if (isProject(news.project)) return rosterInputsFrom(news, "a ProjectRoster") as ProjectInputs;
  throw new Error("These inputs have no project, so they are not those of a ProjectRoster.");
}
