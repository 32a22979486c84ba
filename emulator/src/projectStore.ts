import type { User, Users } from "./store";

export type ProjectRole = "owner" | "member";

/** A project, as the control side sees it. Never changes: a change makes a new object. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly status: "active" | "archived";
  /** Unix seconds. */
  readonly created_at: number;
  /** Unix seconds; `null` until it is archived. */
  readonly archived_at: number | null;
  /** The roles of those who were added, by user id, in the order in which they were added. */
  readonly users: Readonly<Record<string, ProjectRole>>;
}

/** What may be said about a new project. Whatever is absent is generated. */
export interface NewProject {
  /** Default `proj_NNNNNN`. */
  readonly id?: string;
  /** Default `Project N`. */
  readonly name?: string;
  /** Default `active`. An archived project has no users. */
  readonly status?: Project["status"];
  /** Who is in it, by user id. Default nobody. Owners of the organization are owners of every project. */
  readonly users?: Readonly<Record<string, ProjectRole>>;
}

/** Projects, behind the API's back, in the order in which they were made. */
export interface Projects {
  all(): readonly Project[];
  get(id: string): Project | undefined;
  /** Throws a `RangeError` if the id is taken. */
  add(project: NewProject): Project;
  /** Gives a person a role in a project, or with `undefined` takes them out. Throws a `RangeError` if there is no such project. */
  setUser(id: string, userId: string, role: ProjectRole | undefined): Project;
  /** Archives a project, which ends everybody's access to it. Throws a `RangeError` if there is no such project. */
  archive(id: string): Project;
}

/** A person in a project. */
export interface ProjectUser {
  readonly user: User;
  readonly role: ProjectRole;
}

/** 2024-01-01T00:00:00Z: a fixed start keeps two runs alike. */
const FIRST_CREATED_AT = 1_704_067_200;

/** The projects, in memory. */
export class ProjectStore implements Projects {
  readonly #projects = new Map<string, Project>();
  #number = 0;

  constructor(
    projects: readonly NewProject[],
    private readonly users: Users,
  ) {
    for (const project of projects) this.add(project);
  }

  all(): readonly Project[] {
    return [...this.#projects.values()];
  }

  get(id: string): Project | undefined {
    return this.#projects.get(id);
  }

  add(project: NewProject): Project {
    const number = ++this.#number;
    const { status = "active" } = project;
    const added: Project = {
      id: `proj_${String(number).padStart(6, "0")}`,
      name: `Project ${number}`,
      created_at: FIRST_CREATED_AT + number,
      users: {},
      ...project,
      status,
      archived_at: status === "archived" ? FIRST_CREATED_AT + number : null,
    };
    if (this.#projects.has(added.id)) throw new RangeError(`project ${added.id} exists`);
    return this.#keep(added);
  }

  setUser(id: string, userId: string, role: ProjectRole | undefined): Project {
    const project = this.#known(id);
    const { [userId]: before, ...others } = project.users;
    if (role === undefined) return this.#keep({ ...project, users: others });
    // Keeps the place of somebody who is there.
    return this.#keep({ ...project, users: { ...(before ? project.users : others), [userId]: role } });
  }

  archive(id: string): Project {
    const project = this.#known(id);
    return this.#keep({ ...project, status: "archived", archived_at: project.created_at, users: {} });
  }

  /** Everybody who may use a project: the organization's owners, and those who were added and are still there. */
  usersOf({ status, users }: Project): readonly ProjectUser[] {
    if (status === "archived") return [];
    const owners = this.users.all().filter((user) => user.role === "owner");
    const added = Object.entries(users).flatMap(([id, role]): ProjectUser[] => {
      const user = this.users.get(id);
      return user && user.role !== "owner" ? [{ user, role }] : [];
    });
    return [...owners.map((user): ProjectUser => ({ user, role: "owner" })), ...added];
  }

  #known(id: string): Project {
    const project = this.#projects.get(id);
    if (project) return project;
    throw new RangeError(`there is no project ${id}`);
  }

  #keep(project: Project): Project {
    this.#projects.set(project.id, project);
    return project;
  }
}
