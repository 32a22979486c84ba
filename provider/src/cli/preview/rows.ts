import type { ProjectNamed } from "../../organization/changeLine";

/** Who changed a person's access last, how, and when. */
export interface LastChange {
  /** The email or id; absent if the log does not say. */
  readonly by?: string;
  /** With an API key, or logged in. */
  readonly how?: "key" | "session";
  /** In ISO 8601. */
  readonly at: string;
}

/** A person, as far as that is known. */
export interface Who {
  readonly userId: string | undefined;
  readonly email: string | undefined;
  readonly name: string | undefined;
}

/** One person in a table, whichever question it answers. */
export interface Row<Kind extends string> extends Who {
  readonly kind: Kind;
  /** The logical name of the resource. */
  readonly resource: string | undefined;
  /** The project that the row is about; absent: it is about the organization. */
  readonly project?: ProjectNamed;
  /** The role in the organization; undefined if the person is not there, or was not read. */
  readonly actual: string | undefined;
  /** The role that the person is to have, as far as that is known; undefined if there is none. */
  readonly declared: string | undefined;
  /** Why it is planned. */
  readonly why?: string;
  /** Who made it so; absent if that is not known. */
  readonly lastChange?: LastChange;
}

/** How a table names a person; without one, the resource as a whole. */
export function whoOf({ email, userId, resource }: Row<string>): string | undefined {
  return email ?? userId ?? resource;
}

/** How a table names the place that a row is about. */
export function whereOf({ project }: Row<string>): string {
  return project === undefined ? "organization" : (project.name ?? project.projectId);
}
