import type { Project } from "../../users-api/schema";
import type { RawState } from "../inputs";
import { isRosterState, rosterStateOf, type Entries, type RosterState } from "../roster/rosterState";
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
 * @throws Error if it is not that of a ProjectRoster.
 */
export function projectStateFrom(state: RawState): ProjectState {
  if (isProjectState(state)) return state;
  throw new Error(
    "The state has no project and members, so it is not that of a ProjectRoster: run pulumi refresh.",
  );
}

function isProjectState(state: RawState): state is RawState & ProjectState {
  return isRosterState(state) && typeof (state as RawState).project === "string";
}

/** The state for inputs, given what became of the entries. */
export function projectStateOf(
  inputs: ProjectInputs,
  entries: Entries,
  { name }: Pick<Project, "name">,
  session: { readonly secrets: Secrets },
  organization: string | undefined,
): ProjectState {
  return {
    ...rosterStateOf(inputs, entries, session, organization),
    project: inputs.project,
    ...(name !== undefined && { projectName: name }),
  };
}
