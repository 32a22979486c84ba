import type OpenAI from "openai";

import { all, officialOrganization, start } from "./support";

const users = [
  { id: "alice", email: "alice@example.com", role: "owner" },
  { id: "bob", email: "bob@example.com" },
] as const;

test("has what the API and the dashboard did and who did it, the latest first", async () => {
  let now = 1_700_000_000_000;
  const emulator = await start({
    users,
    adminKeys: [{ owner: "alice" }],
    auditLog: true,
    clock: () => (now += 1000),
  });
  const organization = officialOrganization(emulator);
  await organization.users.update("bob", { role: "owner" });
  await organization.invites.create({ email: "jo@example.com", role: "reader" });
  emulator.auditLog.by = { id: "eve", email: "eve@example.com" };
  emulator.users.change("bob", { name: "Bob" });
  emulator.users.change("bob", { role: "member" });
  emulator.users.remove("bob");
  const key = { type: "api_key", api_key: { user: { id: "alice", email: "alice@example.com" } } };
  const eve = { type: "session", session: { user: { id: "eve", email: "eve@example.com" } } };
  const { data } = await organization.auditLogs.list();
  expect(data).toMatchObject([
    { type: "user.deleted", actor: eve, "user.deleted": { id: "bob" } },
    {
      type: "user.updated",
      actor: eve,
      "user.updated": { id: "bob", changes_requested: { role: "member" } },
    },
    { type: "invite.sent", actor: key, "invite.sent": { data: { email: "jo@example.com", role: "reader" } } },
    { type: "user.updated", actor: key, "user.updated": { id: "bob", changes_requested: { role: "owner" } } },
  ]);
  const times = data.map(({ effective_at }) => effective_at);
  expect(times).toEqual([...new Set(times)].sort((one, other) => other - one));
});

test("filters as it is asked, and pages by id", async () => {
  const emulator = await start({ users, auditLog: true });
  const { auditLog } = emulator;
  for (const effective_at of [30, 10, 20])
    auditLog.add({ type: "user.updated", effective_at, details: { id: `user-${effective_at}` } });
  auditLog.add({ type: "group.updated", effective_at: 40, details: { id: "group" } });
  const { auditLogs } = officialOrganization(emulator);
  const times = async (query: OpenAI.Admin.Organization.AuditLogListParams): Promise<number[]> =>
    (await all(auditLogs.list(query))).map(({ effective_at }) => effective_at);
  expect(await times({ limit: 1 })).toEqual([40, 30, 20, 10]);
  expect(await times({ event_types: ["user.updated", "user.deleted"] })).toEqual([30, 20, 10]);
  expect(await times({ effective_at: { gte: 20, lt: 40 } })).toEqual([30, 20]);
  expect(await times({ effective_at: { gt: 20, lte: 40 } })).toEqual([40, 30]);
  expect(await times({ resource_ids: ["user-10", "group"] })).toEqual([40, 10]);
  expect(await times({ actor_emails: [auditLog.by.email ?? ""] })).toHaveLength(4);
  expect(await times({ actor_ids: ["somebody"] })).toEqual([]);
  expect(auditLog.all().map(({ effective_at }) => effective_at)).toEqual([10, 20, 30, 40]);
});
