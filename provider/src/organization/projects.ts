import { shown } from "../text";
import { isNotFound } from "../users-api/errors";
import { PROJECTS_PATH, projectUsersPath } from "../users-api/paths";
import type { ProjectsClient } from "../users-api/projectsClient";
import type { ProjectRole } from "../users-api/role";
import type { Project, ProjectUser } from "../users-api/schema";
import { projectWords } from "./changeLine";
import { everyPage } from "./everyPage";

/** The operations on projects that {@link Projects} uses. */
export type ProjectsApi = Pick<
  ProjectsClient,
  | "listProjects"
  | "listProjectUsers"
  | "retrieveProjectUser"
  | "addProjectUser"
  | "modifyProjectUser"
  | "deleteProjectUser"
>;

/** A project, and everybody in it. */
export interface ProjectWithUsers extends Project {
  readonly users: readonly ProjectUser[];
}

/** An organization's projects. Each list is read once, and again after this process changes what is on it. */
export class Projects {
  readonly #client: ProjectsApi;
  readonly #lists = new Map<string, Promise<unknown>>();
  /** The organization's owners when the people of each project were listed: they were among them. */
  readonly #owners = new Map<string, ReadonlySet<string>>();

  constructor(client: ProjectsApi) {
    this.#client = client;
  }

  /** Projects that remember nothing. */
  anew(): Projects {
    return new Projects(this.#client);
  }

  /** list_projects: every project that is not archived. */
  active(): Promise<Project[]> {
    return this.#once(PROJECTS_PATH, () => this.#list(false));
  }

  /** list_projects: every project, archived ones included. */
  all(): Promise<Project[]> {
    return this.#once(`${PROJECTS_PATH}?include_archived`, () => this.#list(true));
  }

  /** The project with an id, archived or not; undefined if there is none. */
  async find(projectId: string): Promise<Project | undefined> {
    const hasId = (project: Project): boolean => project.projectId === projectId;
    return (await this.active()).find(hasId) ?? (await this.#list(true)).find(hasId);
  }

  /**
   * The project with an id.
   *
   * @throws Error if there is none, or it is archived.
   */
  async require(projectId: string): Promise<Project> {
    const project = await this.find(projectId);
    if (project === undefined)
      throw new Error(
        `There is no project ${shown(projectId)} in the organization. Check the id (npx pulumi-openai-organization list ` +
          `--projects lists them), and whether the admin key is of the right organization.`,
      );
    if (isArchived(project))
      throw new Error(
        `${projectWords(project).replace("p", "P")} is archived, and nobody can be in it: take its roster out of the ` +
          `program, or name another project.`,
      );
    return project;
  }

  /**
   * list_project_users: everybody in a project, each once. Throws `NotFoundError` if there is no such project.
   *
   * @param owners - The ids of the organization's owners: if one was demoted since the last listing, it is no longer true.
   */
  usersOf(projectId: string, owners: ReadonlySet<string> = new Set()): Promise<ProjectUser[]> {
    const path = projectUsersPath(projectId);
    if ([...(this.#owners.get(path) ?? [])].some((id) => !owners.has(id))) this.#forget(projectId);
    this.#owners.set(path, owners);
    return this.#once(path, async () => {
      const users = await everyPage({ operation: "list_project_users", path }, (after) =>
        this.#client.listProjectUsers(projectId, after),
      );
      return [...new Map(users.map((user) => [user.userId, user])).values()];
    });
  }

  /** Every project that is not archived, with everybody in it: one request for all, and one for each. */
  async withUsers(): Promise<ProjectWithUsers[]> {
    const projects = await this.active();
    return Promise.all(
      projects.map(async (project) => ({ ...project, users: await this.usersOf(project.projectId) })),
    );
  }

  /** retrieve_project_user: somebody as they are in a project now; undefined if they are not in it. */
  userNow(projectId: string, userId: string): Promise<ProjectUser | undefined> {
    return this.#client.retrieveProjectUser(projectId, userId);
  }

  /** create_project_user: somebody who is there already gets the role. */
  async add(projectId: string, userId: string, role: ProjectRole): Promise<void> {
    this.#forget(projectId);
    await this.#client.addProjectUser(projectId, userId, role);
  }

  /** modify_project_user. */
  async modify(projectId: string, userId: string, role: ProjectRole): Promise<void> {
    this.#forget(projectId);
    await this.#client.modifyProjectUser(projectId, userId, role);
  }

  /** delete_project_user. Returns false if the person is not there already. */
  async remove(projectId: string, userId: string): Promise<boolean> {
    this.#forget(projectId);
    try {
      await this.#client.deleteProjectUser(projectId, userId);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  #forget(projectId: string): void {
    this.#lists.delete(projectUsersPath(projectId));
  }

  #list(includeArchived: boolean): Promise<Project[]> {
    return everyPage({ operation: "list_projects", path: PROJECTS_PATH }, (after) =>
      this.#client.listProjects(after, includeArchived),
    );
  }

  #once<T>(list: string, read: () => Promise<T>): Promise<T> {
    const known = this.#lists.get(list) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const reading = read();
    this.#lists.set(list, reading);
    reading.catch(() => this.#lists.delete(list));
    return reading;
  }
}

/** Whether a project is archived, and so has no users. */
export function isArchived({ status }: Project): boolean {
  return status === "archived";
}
