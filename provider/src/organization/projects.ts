import { PROJECTS_PATH, projectUsersPath } from "../users-api/paths";
import type { ProjectsClient } from "../users-api/projectsClient";
import type { Project, ProjectUser } from "../users-api/schema";
import { everyPage } from "./everyPage";

type ProjectsApi = Pick<ProjectsClient, "listProjects" | "listProjectUsers">;

/** A project, and everybody in it. */
export interface ProjectWithUsers extends Project {
  readonly users: readonly ProjectUser[];
}

/** An organization's projects. */
export class Projects {
  readonly #client: ProjectsApi;

  constructor(client: ProjectsApi) {
    this.#client = client;
  }

  /** list_projects: every project that is not archived. */
  active(): Promise<Project[]> {
    return everyPage({ operation: "list_projects", path: PROJECTS_PATH }, (after) =>
      this.#client.listProjects(after),
    );
  }

  /** list_project_users: everybody in a project, each once. Throws `NotFoundError` if there is no such project. */
  async usersOf(projectId: string): Promise<ProjectUser[]> {
    const path = projectUsersPath(projectId);
    const users = await everyPage({ operation: "list_project_users", path }, (after) =>
      this.#client.listProjectUsers(projectId, after),
    );
    return [...new Map(users.map((user) => [user.userId, user])).values()];
  }

  /** Every project that is not archived, with everybody in it: one request for all, and one for each. */
  async withUsers(): Promise<ProjectWithUsers[]> {
    const projects = await this.active();
    return Promise.all(
      projects.map(async (project) => ({ ...project, users: await this.usersOf(project.projectId) })),
    );
  }
}
