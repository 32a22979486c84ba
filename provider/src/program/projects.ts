import * as pulumi from "@pulumi/pulumi";

import { afterDependencies, lookUpNow } from "./dataSource";
import type { LookUp } from "./lookUps";
import { lookUpProjects } from "../organization/lookUps";
import type { Project } from "../users-api/schema/projects";

/** Which projects {@link getProjects} returns. Default: those that are not archived. */
export interface GetProjectsArgs {
  /** Archived projects, too. Default: `false`. */
  includeArchived?: boolean;
}

/** Which projects {@link getProjectsOutput} returns. Default: those that are not archived. */
export interface GetProjectsOutputArgs {
  /** Archived projects, too. Default: `false`. */
  includeArchived?: pulumi.Input<boolean | undefined>;
}

/** What {@link getProjects} returns. */
export interface GetProjectsResult {
  /** The projects, in the API's order. */
  projects: Project[];
}

/**
 * Lists the projects of the organization (`list_projects`), in every preview and update.
 *
 * It may be answered by what the program has read before.
 *
 * @param args - Which projects. Default: those that are not archived.
 * @param opts - Pulumi's invoke options; only `provider`, or that of `parent`, has an effect.
 * @throws pulumi.RunError if a setting or an argument is wrong, if `provider` belongs to another copy of this package, or
 * if the request fails.
 *
 * @example
 * ```typescript
 * const { projects } = await getProjects();
 * const chatbot = projects.find(({ name }) => name === "Chatbot");
 * ```
 */
export function getProjects(
  args: GetProjectsArgs = {},
  opts: pulumi.InvokeOptions = {},
): Promise<GetProjectsResult> {
  return lookUpNow("getProjects", projects(args), opts);
}

/**
 * {@link getProjects} with an Output as argument, and `dependsOn`: it is answered by what is read after everything it
 * depends on is done, and unknown in a preview that would create one of these resources.
 *
 * @param args - Which projects. Default: those that are not archived.
 * @param opts - Pulumi's invoke options; only `dependsOn` and `provider`, or that of `parent`, have an effect.
 * @returns The projects, as an Output. It fails if {@link getProjects} would throw.
 *
 * @example
 * ```typescript
 * export const projects = getProjectsOutput({ includeArchived: true }).projects;
 * ```
 */
export function getProjectsOutput(
  args: GetProjectsOutputArgs = {},
  opts: pulumi.InvokeOutputOptions = {},
): pulumi.Output<GetProjectsResult> {
  return afterDependencies("getProjects", pulumi.output(args), opts, ({ includeArchived }) =>
    projects(includeArchived === undefined ? {} : { includeArchived }),
  );
}

function projects({ includeArchived }: GetProjectsArgs): LookUp<GetProjectsResult> {
  return async (organization) => ({
    projects: await lookUpProjects(organization.projects, includeArchived),
  });
}
