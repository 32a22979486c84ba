import { longestIdleFirst, type KeyActivity, type PersonActivity } from "../../organization/activity";
import type { Opened } from "../../organization/openOrganization";
import { UsersApiError } from "../../users-api/errors";
import { sameRole } from "../../users-api/role";
import type { AdminKeyEntry } from "../../users-api/schema";
import { printable } from "../../text";
import type { ListOptions } from "../commandLine";
import { json } from "../quote";
import { aboutPerson, day, NAME_CHARACTERS, PERSON, tableOf, type Column } from "../table";
import type { Terminal } from "../terminal";
import { withEmails } from "./people";

/** `list --activity`: when people last used their keys, those first who have not for longest. */
export async function listActivity(
  { activity }: Opened,
  { json: asJson, role, emails }: ListOptions,
  terminal: Terminal,
): Promise<void> {
  const named = withEmails(await activity.people(), emails, "the organization", terminal);
  const people = role === undefined ? named : named.filter((user) => sameRole(user.role, role));
  const keys = people.some((user) => user.role === "owner") ? await keysOf(activity, terminal) : [];
  const rows = longestIdleFirst(people, keys);
  terminal.out(asJson ? json(rows) : activityTable(rows, terminal.columns));
  if (rows.some(({ apiKeyLastUsedAt }) => apiKeyLastUsedAt === null))
    terminal.note(
      `${asJson ? "null" : "never"} is about API keys: OpenAI does not say when people last logged in.`,
    );
}

/** Without the scope for it, or on a server without admin keys, there are none. */
async function keysOf(activity: Opened["activity"], terminal: Terminal): Promise<readonly AdminKeyEntry[]> {
  try {
    return await activity.adminKeys();
  } catch (error) {
    if (!(error instanceof UsersApiError)) throw error;
    terminal.note(`Admin keys are left out: ${error.message}`);
    return [];
  }
}

/** A person with one of their admin keys, or none. */
interface Row {
  readonly person: PersonActivity;
  readonly key: KeyActivity | undefined;
}

const KEY_COLUMNS: readonly Column<Row>[] = [
  ["ADMIN KEY", ({ key }) => key?.name && printable(key.name, NAME_CHARACTERS)],
  ["USED", ({ key }) => dayOrNever(key?.lastUsedAt)],
  ["EXPIRES", ({ key }) => dayOrNever(key?.expiresAt)],
];

function activityTable(people: readonly PersonActivity[], width: number | undefined): string {
  const rows = people.flatMap((person) =>
    (person.adminKeys ?? [undefined]).map((key): Row => ({ person, key })),
  );
  const { email, role, userId, name } = PERSON;
  return tableOf<Row>(
    [
      aboutPerson<PersonActivity>(email),
      aboutPerson<PersonActivity>(role),
      aboutPerson<PersonActivity>(userId),
      aboutPerson<PersonActivity>(["KEY USED", ({ apiKeyLastUsedAt }) => dayOrNever(apiKeyLastUsedAt)]),
      ...(rows.some(({ key }) => key) ? KEY_COLUMNS : []),
      aboutPerson<PersonActivity>(name),
    ],
    rows,
    width,
  );
}

function dayOrNever(seconds: number | null | undefined): string | undefined {
  return seconds === null ? "never" : day(seconds);
}
