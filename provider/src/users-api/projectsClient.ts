import { BadRequestError, InvalidResponseError, isNotFound } from "./errors";
import type { ApiAnswer, Transport } from "./http/transport";
import type { Throttle } from "./pacing/throttle";
import { PROJECTS_PATH, projectUserPath, projectUsersPath } from "./paths";
import type { ProjectRole } from "./role";
import { about, Requests } from "./requests";
import {
  parseProjects,
  parseProjectUser,
  parseProjectUsers,
  type Page,
  type Project,
  type ProjectUser,
} from "./schema";

/**
 * The operations on projects and the people in them. Every method throws as those of `UsersClient` do; a project that does
 * not exist is a `NotFoundError`.
 */
export class ProjectsClient {
  readonly #transport: Pick<Transport, "send">;
  readonly #throttle: Throttle;
  readonly #requests: Requests;

  constructor(transport: Pick<Transport, "send">, throttle: Throttle) {
    this.#transport = transport;
    this.#throttle = throttle;
    this.#requests = new Requests(transport, throttle);
  }

  /** list_projects: one page of up to 100 projects, with archived ones if asked for. */
  async listProjects(after?: string, includeArchived = false): Promise<Page<Project>> {
    const query = { after, ...(includeArchived && { include_archived: "true" }) };
    return this.#requests.list("list_projects", PROJECTS_PATH, query, parseProjects);
  }

  /** list_project_users: one page of up to 100 people in a project. */
  async listProjectUsers(projectId: string, after?: string): Promise<Page<ProjectUser>> {
    const path = projectUsersPath(projectId);
    return this.#requests.list("list_project_users", path, { after }, parseProjectUsers);
  }

  /**
   * create_project_user: adds a person of the organization to a project. If the person is found to be there already, after
   * a lost answer or a refusal, they get the role.
   */
  async addProjectUser(projectId: string, userId: string, role: ProjectRole): Promise<ProjectUser> {
    const request = {
      operation: "create_project_user",
      method: "POST",
      path: projectUsersPath(projectId),
      body: { user_id: userId, role },
    } as const;
    const user = await this.#throttle
      .run(request, async () => aboutUser(await this.#transport.send(request), userId))
      .catch(async (error: unknown) => {
        const mayBeThere = error instanceof InvalidResponseError || error instanceof BadRequestError;
        const found = mayBeThere ? await this.retrieveProjectUser(projectId, userId) : undefined;
        if (found === undefined) throw error;
        return found;
      });
    return user.role === role ? user : this.modifyProjectUser(projectId, userId, role);
  }

  /** modify_project_user: sets a person's role in a project, and returns the person as they are afterwards. */
  async modifyProjectUser(projectId: string, userId: string, role: ProjectRole): Promise<ProjectUser> {
    const path = projectUserPath(projectId, userId);
    const answer = await this.#requests.send({
      operation: "modify_project_user",
      method: "POST",
      path,
      body: { role },
    });
    const user = aboutUser(answer, userId);
    if (user.role !== role)
      throw new InvalidResponseError(answer.context, `returned the role "${user.role}" instead of "${role}"`);
    return user;
  }

  /** delete_project_user: removes a person from a project. Throws `NotFoundError` if the person is not in it. */
  async deleteProjectUser(projectId: string, userId: string): Promise<void> {
    await this.#requests.delete("delete_project_user", projectUserPath(projectId, userId), userId);
  }

  /** retrieve_project_user: a person in a project; undefined if they are not in it. */
  async retrieveProjectUser(projectId: string, userId: string): Promise<ProjectUser | undefined> {
    const path = projectUserPath(projectId, userId);
    try {
      const answer = await this.#requests.send({ operation: "retrieve_project_user", method: "GET", path });
      return aboutUser(answer, userId);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function aboutUser(answer: ApiAnswer, userId: string): ProjectUser {
  return about(answer, parseProjectUser(answer.body), (user) => user.userId === userId);
}
