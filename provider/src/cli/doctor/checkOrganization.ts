import { GROUPS_LIMIT } from "../../users-api/client";
import { isUnseen, PermissionDeniedError } from "../../users-api/errors";
import { Transport } from "../../users-api/http/transport";
import { GROUPS_PATH, USERS_PATH } from "../../users-api/paths";
import { parseGroups, parseUsers } from "../../users-api/schema";
import type { Environment } from "../../settings/settings";
import { commandSettings } from "../organization";
import { errorLine } from "../terminal";
import type { Check } from "./installation";

/** Users report it; OpenAI does not document it. */
const SCOPES =
  "If the key's scopes were changed after it was made, make a new key: such a change may have no effect.";

/**
 * Asks the organization for one user, and for its groups. Each is sent only once: the user wants to know how it is now.
 */
export async function checkOrganization(env: Environment): Promise<Check[]> {
  try {
    const settings = commandSettings(env);
    const keyAdvice = `The admin key comes from ${settings.adminKeyFrom}: is it correct, and not revoked?`;
    const transport = new Transport({ ...settings, keyAdvice });
    try {
      const users = await checkUsers(transport);
      return users.ok ? [users, await checkGroups(transport, env)] : [users];
    } finally {
      await transport.close();
    }
  } catch (error) {
    const hint = error instanceof PermissionDeniedError ? ` ${SCOPES}` : "";
    return [{ ok: false, message: `${errorLine(error, env)}${hint}` }];
  }
}

async function checkUsers(transport: Transport): Promise<Check> {
  const page = parseUsers(await list(transport, "list_users", USERS_PATH, 1));
  return page.ok
    ? { ok: true, message: `The admin key is accepted, and the organization's users can be listed.` }
    : { ok: false, message: `list_users returned an undocumented answer: ${page.problem}` };
}

/** What it costs to see who is an owner through a group. Not every plan has groups, so nothing is wrong if it cannot be seen. */
async function checkGroups(transport: Transport, env: Environment): Promise<Check> {
  const unknown = "Whether owners through groups can be seen is not known";
  try {
    const page = parseGroups(await list(transport, "list_groups", GROUPS_PATH, GROUPS_LIMIT));
    if (page.ok) return { ok: true, message: costOf(page.value.items.length, page.value.hasMore) };
    return { ok: true, message: `${unknown}: list_groups returned an undocumented answer: ${page.problem}` };
  } catch (error) {
    const unseen = 'Owners through groups cannot be seen, so leave ownersThroughGroups at "ignore"';
    return { ok: true, message: `${isUnseen(error) ? unseen : unknown}: ${errorLine(error, env)}` };
  }
}

/** @param hasMore - Whether there are more groups than these. */
function costOf(groups: number, hasMore: boolean): string {
  const requests = groups === 0 ? "1 request" : `${hasMore ? "more than " : ""}${groups + 1} requests`;
  const time = groups > 10 ? `. At ten a minute that takes ${Math.ceil(groups / 10)} min` : "";
  return (
    `Owners through groups can be seen: a roster with ownersThroughGroups needs ${requests}, and one for each group with ` +
    `the owner role${time}.`
  );
}

async function list(
  transport: Transport,
  operation: "list_users" | "list_groups",
  path: string,
  limit: number,
): Promise<unknown> {
  const query = new URLSearchParams({ limit: String(limit) });
  return (await transport.send({ operation, method: "GET", path, query })).body;
}
