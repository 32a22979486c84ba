import type { Opened } from "../../organization/openOrganization";
import type { ProjectWithUsers } from "../../organization/projects";
import type { ProjectUser } from "../../users-api/schema";
import { printable } from "../../text";
import type { ListOptions } from "../commandLine";
import { json } from "../quote";
import { aboutPerson, NAME_CHARACTERS, PERSON, tableOf, type Column } from "../table";
import type { Terminal } from "../terminal";
import { withEmails } from "./people";

/** A person, and the projects they may use. */
interface PersonInProjects extends Omit<ProjectUser, "role"> {
  readonly projects: readonly InProject[];
}

/** A project, and a person's role in it. */
interface InProject {
  readonly projectId: string;
  readonly name: string | undefined;
  readonly role: string;
}

/** `list --projects`: people and the active projects that they may use. */
export async function listProjects(
  { projects }: Opened,
  { json: asJson, emails }: ListOptions,
  terminal: Terminal,
): Promise<void> {
  const people = withEmails(byPerson(await projects.withUsers()), emails, "a project", terminal);
  terminal.out(asJson ? json(people) : projectsTable(people, terminal.columns));
}

function byPerson(projects: readonly ProjectWithUsers[]): PersonInProjects[] {
  const people = new Map<string, PersonInProjects>();
  for (const { projectId, name, users } of projects) {
    for (const { role, ...user } of users) {
      const before = people.get(user.userId)?.projects ?? [];
      people.set(user.userId, { ...user, projects: [...before, { projectId, name, role }] });
    }
  }
  return [...people.values()];
}

interface Row {
  readonly person: PersonInProjects;
  readonly project: InProject;
}

const COLUMNS: readonly Column<Row>[] = [
  aboutPerson(PERSON.email),
  ["PROJECT", ({ project }) => printable(project.name ?? project.projectId, NAME_CHARACTERS)],
  ["ROLE", ({ project }) => printable(project.role, NAME_CHARACTERS)],
  ["PROJECT ID", ({ project }) => printable(project.projectId)],
  aboutPerson(PERSON.userId),
  aboutPerson(PERSON.name),
];

function projectsTable(people: readonly PersonInProjects[], width: number | undefined): string {
  const rows = people.flatMap((person) => person.projects.map((project): Row => ({ person, project })));
  return tableOf(COLUMNS, rows, width);
}
