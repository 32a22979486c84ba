import { startEmulator } from "pulumi-openai-organization-emulator";

import { AdminKey } from "../provider/src/users-api/adminKey";
import { openOrganization } from "../provider/src/organization/openOrganization";
import { projectRoster } from "../provider/src/organization/project/project";
import { Session } from "../provider/src/organization/session";
import { resolveSettings } from "../provider/src/settings/settings";
import type { Table } from "./table";

const PEOPLE = 250;
const PROJECTS = [1, 10, 30, 100];

/** What the preview of a roster for each project asks for. */
export async function measureProjects(): Promise<Table> {
  const rows = [];
  for (const number of PROJECTS) {
    const projects = Array.from({ length: number }, (_, n) => ({
      id: `proj_${n}`,
      users: { "user-000002": "member" } as const,
    }));
    await using emulator = await startEmulator({ users: PEOPLE, projects });
    const settings = resolveSettings(() => undefined, {
      OPENAI_ADMIN_KEY: emulator.adminKey,
      OPENAI_BASE_URL: emulator.url,
    });
    const say = (): void => undefined;
    const adminKey = new AdminKey(emulator.adminKey);
    const session = new Session({ ...settings, ...openOrganization({ ...settings, adminKey }, say), say });
    const checks = projects.map(({ id }) =>
      projectRoster.check(
        session,
        { resource: id },
        {},
        { project: id, members: { "user-000002": "member" } },
      ),
    );
    for (const { problems } of await Promise.all(checks))
      if (problems[0] !== undefined) throw new Error(problems[0].reason);
    const { list_users: users, list_projects: all, list_project_users: each } = emulator.requests.counts();
    // The first ten of an operation go at once.
    rows.push([number, users, all, each, Math.ceil(Math.max(0, each - 10) / 10)]);
  }
  return {
    title: `Requests to preview a ProjectRoster for each of N projects, in an organization of ${PEOPLE} people`,
    head: ["N", "list_users", "list_projects", "list_project_users", "minutes at 10 a minute, at least"],
    rows,
  };
}
