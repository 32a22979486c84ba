import { AuditLog, lastChange } from "../../../provider/src/organization/auditLog";
import type { AuditEvent } from "../../../provider/src/users-api/schema";
import { clientTo, closeAll, start } from "../../api/clientSupport";
import { requests } from "./support";

afterEach(closeAll);

const event = (at: number, type: string, about: string, role?: string): AuditEvent => ({
  type,
  at,
  about: [about],
  actor: { id: `actor-${at}` },
  ...(role !== undefined && { role }),
});

test.each<[string, AuditEvent[], string | undefined, number | undefined]>([
  ["nothing", [], "owner", undefined],
  ["somebody else only", [event(1, "user.updated", "user-2", "owner")], "owner", undefined],
  [
    "several: the last",
    [event(2, "user.updated", "user-1", "owner"), event(1, "user.updated", "user-1", "owner")],
    "owner",
    2,
  ],
  [
    "one that was undone since, which the log does not say by whom",
    [event(2, "user.updated", "user-1", "owner"), event(1, "user.updated", "user-1", "member")],
    "member",
    undefined,
  ],
  ["a removal, of somebody who is gone", [event(1, "user.deleted", "user-1")], undefined, 1],
  ["a removal, of somebody who is back", [event(1, "user.deleted", "user-1")], "member", undefined],
  [
    "a promotion, of somebody who is gone",
    [event(1, "user.updated", "user-1", "owner")],
    undefined,
    undefined,
  ],
  ["somebody who joined", [event(1, "user.added", "user-1", "member")], "reader", 1],
  ["an assignment, which names no role", [event(1, "role.assignment.created", "user-1")], "owner", 1],
])("who changed a person last, from a log that has %s", (_what, events, role, at) => {
  expect(lastChange(events, "user-1", role)?.at).toBe(at);
});

test("people known by email alone are found by id, in one request more", async () => {
  const emulator = await start({ users: 130, auditLog: true });
  const log = new AuditLog(clientTo(emulator.url).client);
  emulator.users.change("user-000120", { role: "owner" });
  emulator.users.remove("user-000130");
  const promoted = { email: "USER120@example.com", role: "owner" };
  const removed = { userId: "user-000130", role: undefined };
  const nobody = { email: "nobody@example.com", role: "owner" };
  const changes = await log.lastChanges([promoted, removed, nobody]);
  expect([...changes.keys()]).toEqual([promoted, removed]);
  expect(changes.get(removed)).toMatchObject({ type: "user.deleted" });
  expect(requests(emulator)).toEqual({ list_users: 1, list_audit_logs: 1 });
  emulator.requests.reset();
  await log.lastChanges([removed]);
  expect(requests(emulator)).toEqual({ list_audit_logs: 1 });
});

test("one page is all that is read, and what happened before is not asked for", async () => {
  const emulator = await start({ users: 1, auditLog: true });
  for (let at = 1; at <= 150; at++)
    emulator.auditLog.add({ type: "user.updated", effective_at: at, details: { id: "user-000001" } });
  const log = new AuditLog(clientTo(emulator.url).client);
  const alice = { userId: "user-000001", role: "owner" };
  expect((await log.lastChanges([alice], 100)).get(alice)?.at).toBe(150);
  expect((await log.lastChanges([alice], 151)).size).toBe(0);
  expect(requests(emulator)).toEqual({ list_audit_logs: 2 });
});
