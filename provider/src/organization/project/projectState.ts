import type { Project } from "../../users-api/schema";
import type { RawState } from "../inputs";
import { PROJECT_POLICIES } from "../policies";
import { rosterInputsOf, rosterStateOf, type Entries, type RosterState } from "../roster/rosterState";
import type { Secrets } from "../secrets";
import type { ProjectInputs } from "./projectInputs";

/** The outputs that repeat the entries. */
export const PROJECT_DERIVED = ["people", "stages"] as const;

/** What the engine keeps about a project's roster: what it keeps about the organization's, and the project. */
export interface ProjectState extends RosterState {
  readonly project: string;
  /** The project's name, if the API says it. */
  readonly projectName?: string;
}

/**
 * A state as the engine keeps it.
 *
 * @throws Error if it is none of a ProjectRoster.
 */
export function projectStateFrom(state: RawState): ProjectState {
  if (isProjectState(state)) return state;
  throw new Error("The state has no members, so it is none of a ProjectRoster: run pulumi refresh.");
}

function isProjectState(state: RawState): state is RawState & ProjectState {
  return typeof state.members === "object" && state.members !== null;
}

/** The state for inputs, given what became of the entries. */
export function projectStateOf(
  inputs: ProjectInputs,
  entries: Omit<Entries, "invited">,
  { name }: Pick<Project, "name">,
  session: { readonly secrets: Secrets },
  organization: string | undefined,
): ProjectState {
  return {
    ...rosterStateOf(inputs, { ...entries, invited: {} }, session, organization),
    project: inputs.project,
    ...(name !== undefined && { projectName: name }),
  };
}

/** The inputs that lead to a state. */
export function projectInputsOf(project: string, state: Partial<RosterState>): ProjectInputs {
  const { absent } = state;
  return {
    ...(rosterInputsOf(state) as ProjectInputs),
    project,
    absent: absent === "error" ? absent : PROJECT_POLICIES.absent[0],
  };
}
