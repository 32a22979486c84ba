import * as v from "valibot";

import { contact, Id, isSaid, nameOf } from "./fields";
import { pageOf } from "./page";
import { parser } from "./parser";

/** A project of the organization. */
export interface Project {
  /** The project's id, such as `proj_abc`. */
  readonly projectId: string;
  /** Its name; absent if the API does not say. */
  readonly name?: string;
  /** `active` or `archived`; absent if the API does not say. */
  readonly status?: string;
}

/** A person in a project. */
export interface ProjectUser {
  readonly userId: string;
  readonly email?: string;
  readonly name?: string;
  /** `owner` or `member`; any other role as the API names it. */
  readonly role: string;
}

const ProjectAnswer = v.pipe(
  v.object({ id: Id, name: v.nullish(v.string()), status: v.nullish(v.string()) }),
  v.transform(({ id, name, status }): Project => ({
    projectId: id,
    ...contact(undefined, name),
    ...(isSaid(status) && { status: nameOf(status) }),
  })),
);

const ProjectUserAnswer = v.pipe(
  v.object({ id: Id, email: v.nullish(v.string()), name: v.nullish(v.string()), role: v.string() }),
  v.transform(({ id, email, name, role }): ProjectUser => ({
    userId: id,
    ...contact(email, name),
    role: nameOf(role),
  })),
);

/** Parses an answer of list_projects. */
export const parseProjects = parser(pageOf(ProjectAnswer, ({ projectId }) => projectId));

/** Parses an answer of list_project_users. */
export const parseProjectUsers = parser(pageOf(ProjectUserAnswer, ({ userId }) => userId));

/** Parses an answer of create_project_user, retrieve_project_user or modify_project_user. */
export const parseProjectUser = parser(ProjectUserAnswer);
