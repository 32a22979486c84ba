import { failure, json, type Answer } from "./answers";
import type { Project, ProjectRole, ProjectStore, ProjectUser } from "./projectStore";
import {
  bodyOf,
  invalid,
  listed,
  pageOf,
  pageRequest,
  unknownParameter,
  wrongValue,
  type Checked,
} from "./query";
import type { LoggedRequest } from "./requests";
import type { User, Users } from "./store";

const ROLES = ["owner", "member"] as const;

/** `list_projects` */
export function listProjects(projects: ProjectStore, request: LoggedRequest): Answer {
  const { value: asked, refused } = pageRequest(request, ["include_archived"]);
  if (refused) return refused;
  const archived = request.query.include_archived?.[0] ?? "false";
  const wrong = wrongValue("include_archived", archived, ["true", "false"]);
  if (wrong) return wrong;
  const page = pageOf(
    projects.all().filter(({ status }) => archived === "true" || status === "active"),
    asked,
  );
  return page
    ? listed(page, ({ users: _users, ...project }: Project) => ({
        object: "organization.project",
        ...project,
      }))
    : invalid("after", `Invalid 'after': no project with id '${asked.after ?? ""}' found.`);
}

/** `list_project_users` */
export function listProjectUsers(projects: ProjectStore, request: LoggedRequest): Answer {
  const { value: asked, refused } = pageRequest(request);
  if (refused) return refused;
  const project = projects.get(request.projectId ?? "");
  if (!project) return noProject(request);
  const people = projects.usersOf(project).map((person) => ({ ...person, id: person.user.id }));
  const page = pageOf(people, asked);
  return page
    ? listed(page, wire)
    : invalid("after", `Invalid 'after': no user with id '${asked.after ?? ""}' found.`);
}

/** `create_project_user` */
export function createProjectUser(projects: ProjectStore, users: Users, request: LoggedRequest): Answer {
  const { value: project, refused } = writable(projects, request);
  if (refused) return refused;
  const body = bodyOf(request, ["user_id", "email", "role"]);
  if (body.refused) return body.refused;
  const { role, user_id: userId, email } = body.value;
  const wrong = wrongValue("role", role, ROLES);
  if (wrong) return wrong;
  if ((userId === undefined) === (email === undefined)) {
    return invalid("user_id", "Exactly one of 'user_id' and 'email' is required.");
  }
  const param = userId === undefined ? "email" : "user_id";
  const name = userId ?? email;
  if (typeof name !== "string") return invalid(param, `Invalid '${param}': expected a string.`);
  const user = userId === undefined ? users.byEmail(name) : users.get(name);
  if (!user) return invalid(param, `The user '${name}' is not in this organization.`);
  if (projects.usersOf(project).some((person) => person.user.id === user.id)) {
    return invalid(param, `The user '${user.id}' is already in this project.`);
  }
  return changed(projects, project, user, role as ProjectRole);
}

/** `retrieve_project_user` */
export function retrieveProjectUser(projects: ProjectStore, request: LoggedRequest): Answer {
  const refused = unknownParameter(request, []);
  if (refused) return refused;
  const project = projects.get(request.projectId ?? "");
  if (!project) return noProject(request);
  const person = projects.usersOf(project).find(({ user }) => user.id === request.userId);
  return person ? json(wire(person)) : noUser(request);
}

/** `modify_project_user` */
export function modifyProjectUser(projects: ProjectStore, request: LoggedRequest): Answer {
  const { value: project, refused } = writable(projects, request);
  if (refused) return refused;
  const body = bodyOf(request, ["role"]);
  if (body.refused) return body.refused;
  const wrong = wrongValue("role", body.value.role, ROLES);
  if (wrong) return wrong;
  const { value: user, refused: fixed } = changeable(projects, project, request);
  return fixed ?? changed(projects, project, user, body.value.role as ProjectRole);
}

/** `delete_project_user` */
export function deleteProjectUser(projects: ProjectStore, request: LoggedRequest): Answer {
  const { value: project, refused } = writable(projects, request);
  if (refused) return refused;
  const { value: user, refused: fixed } = changeable(projects, project, request);
  if (fixed) return fixed;
  projects.setUser(project.id, user.id, undefined);
  return json({ object: "organization.project.user.deleted", id: user.id, deleted: true });
}

function changed(projects: ProjectStore, project: Project, user: User, role: ProjectRole): Answer {
  projects.setUser(project.id, user.id, role);
  return json(wire({ user, role }));
}

/** The project that a request changes, unless it is archived. */
function writable(projects: ProjectStore, request: LoggedRequest): Checked<Project> {
  const refused = unknownParameter(request, []);
  if (refused) return { refused };
  const project = projects.get(request.projectId ?? "");
  if (!project) return { refused: noProject(request) };
  if (project.status === "archived") {
    return { refused: invalid("project_id", `The project '${project.id}' is archived.`) };
  }
  return { value: project };
}

/** The person whom a request changes, unless they own every project. */
function changeable(projects: ProjectStore, project: Project, request: LoggedRequest): Checked<User> {
  const user = projects.usersOf(project).find((person) => person.user.id === request.userId)?.user;
  if (!user) return { refused: noUser(request) };
  if (user.role === "owner") {
    const message = `The user '${user.id}' is an owner of the organization, and so of each project.`;
    return { refused: invalid("user_id", message) };
  }
  return { value: user };
}

function wire({ user, role }: ProjectUser): unknown {
  const { id, email, name, added_at } = user;
  return { object: "organization.project.user", id, email, name, role, added_at };
}

function noProject(request: LoggedRequest): Answer {
  const message = `No project found with id '${request.projectId ?? ""}'.`;
  return failure({ status: 404, message, param: "project_id" });
}

function noUser(request: LoggedRequest): Answer {
  const message = `No user found with id '${request.userId ?? ""}' in this project.`;
  return failure({ status: 404, message, param: "user_id" });
}
