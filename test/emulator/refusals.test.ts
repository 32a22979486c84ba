import { call, EVERYTHING, start } from "./support";

const INVALID = { type: "invalid_request_error" };

test.each<readonly [string, string]>([
  ...["0", "101", "abc", "1.5", "-1", "", "1e1"].map((limit) => [`users?limit=${limit}`, "limit"] as const),
  ["users?limit=1&limit=2", "limit"],
  ["users?after=user-9", "after"],
  ["users?after=", "after"],
  ["users?offset=3", "offset"],
  ["users?emails=user1@example.com", "emails"],
  ["invites?after=invite-9", "after"],
  ["invites?limit=101", "limit"],
  ["invites?status=pending", "status"],
  // A cursor of theirs is no id.
  ["groups?after=g", "after"],
  ["groups?after=a&after=b", "after"],
  ["groups?limit=1001", "limit"],
  ["groups?order=up", "order"],
  ["groups?name=x", "name"],
  ["groups/g/users?limit=101", "limit"],
  ["projects?after=proj_9", "after"],
  ["projects?limit=101", "limit"],
  ["projects?include_archived=maybe", "include_archived"],
  ["projects?archived=true", "archived"],
  ["admin_api_keys?after=key_9", "after"],
  ["admin_api_keys?limit=0", "limit"],
  ["admin_api_keys?name=CI", "name"],
  ["audit_logs?limit=101", "limit"],
  ["audit_logs?after=x", "after"],
  ["audit_logs?event_types[]=user.renamed", "event_types"],
  ["audit_logs?event_types=user.updated", "event_types"],
  ["audit_logs?effective_at[gte]=today", "effective_at[gte]"],
  ["audit_logs?effective_at[since]=1", "effective_at[since]"],
  ["audit_logs?effective_at=1", "effective_at"],
])("400 to GET %s", async (query, param) => {
  const emulator = await start(EVERYTHING);
  expect(await call(emulator, "GET", `/organization/${query}`)).toMatchObject({
    status: 400,
    body: { error: { ...INVALID, param } },
  });
});

const JO = { email: "jo@example.com", role: "reader" };
const OWNER = { role: "owner" };

test.each<[string, string, unknown, number, string]>([
  ["no JSON", "users/bob", "role=owner", 400, "body"],
  ["a list", "users/bob", ["owner"], 400, "body"],
  ["null", "users/bob", null, 400, "body"],
  ["no role", "users/bob", {}, 400, "role"],
  ["a role that is no text", "users/bob", { role: 1 }, 400, "role"],
  ["an unknown role", "users/bob", { role: "Owner" }, 400, "role"],
  ["an unknown argument", "users/bob", { ...OWNER, name: "x" }, 400, "name"],
  ["no email", "invites", { role: "reader" }, 400, "email"],
  ["what is no email", "invites", { ...JO, email: "jo" }, 400, "email"],
  ["no role", "invites", { email: JO.email }, 400, "role"],
  ["the role member", "invites", { ...JO, role: "member" }, 400, "role"],
  ["projects that are no list", "invites", { ...JO, projects: "a" }, 400, "projects"],
  ["a project without a role", "invites", { ...JO, projects: [{ id: "p" }] }, 400, "projects"],
  [
    "a project with the role reader",
    "invites",
    { ...JO, projects: [{ id: "p", role: "reader" }] },
    400,
    "projects",
  ],
  ["an unknown argument", "invites", { ...JO, name: "Jo" }, 400, "name"],
  ["somebody who is in no organization", "projects/p/users", { ...OWNER, user_id: "eve" }, 400, "user_id"],
  ["an email that nobody has", "projects/p/users", { ...OWNER, email: "eve@example.com" }, 400, "email"],
  ["somebody who is there", "projects/p/users", { ...OWNER, user_id: "bob" }, 400, "user_id"],
  ["both names", "projects/p/users", { ...OWNER, user_id: "carol", email: JO.email }, 400, "user_id"],
  ["a name that is no text", "projects/p/users", { ...OWNER, user_id: 7 }, 400, "user_id"],
  ["no name", "projects/p/users", OWNER, 400, "user_id"],
  ["an unknown role", "projects/p/users", { user_id: "carol", role: "reader" }, 400, "role"],
  ["an unknown project", "projects/q/users", { ...OWNER, user_id: "carol" }, 404, "project_id"],
  ["an archived project", "projects/old/users", { ...OWNER, user_id: "carol" }, 400, "project_id"],
  ["no role", "projects/p/users/bob", {}, 400, "role"],
  ["somebody who is not there", "projects/p/users/carol", OWNER, 404, "user_id"],
  ["an owner of the organization", "projects/p/users/alice", { role: "member" }, 400, "user_id"],
  ["an owner of the organization", "DELETE projects/p/users/alice", undefined, 400, "user_id"],
])("%s is refused by %s: %j", async (_what, where, body, status, param) => {
  const emulator = await start(EVERYTHING);
  const all = (): unknown => [emulator.users.all(), emulator.invites.all(), emulator.projects.all()];
  const before = all();
  const [path = "", method = "POST"] = where.split(" ").reverse();
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const init = method === "POST" ? { headers: { "content-type": "application/json" }, body: text } : {};
  const reply = await call(emulator, method, `/organization/${path}`, init);
  expect(reply).toMatchObject({ status, body: { error: { ...INVALID, param } } });
  expect(all()).toEqual(before);
});

test.each([
  ["PUT", "users", "GET"],
  ["POST", "users", "GET"],
  // It has no HEAD either.
  ["PATCH", "users/bob", "GET, POST, DELETE"],
  ["PATCH", "invites", "GET, POST"],
  ["POST", "invites/invite-000001", "GET, DELETE"],
  ["POST", "groups", "GET"],
  ["POST", "projects", "GET"],
])("405 to %s %s", async (method, path, allow) => {
  const emulator = await start(EVERYTHING);
  const reply = await call(emulator, method, `/organization/${path}`);
  expect([reply.status, reply.headers.get("allow")]).toEqual([405, allow]);
  expect(emulator.requests.counts().other).toBe(1);
});

test.each(["user", "users/", "users/a/b", "users/%2e%2e"])("404 to the unknown path %s", async (path) => {
  const emulator = await start(EVERYTHING);
  const reply = await call(emulator, "GET", `/organization/${path}`);
  expect(reply).toMatchObject({ status: 404, body: { error: { code: "unknown_url" } } });
});

test.each([
  "groups",
  "groups/g/roles",
  "groups/g/users",
  "users/alice/roles",
  "projects",
  "projects/p/users",
  "admin_api_keys",
  "audit_logs",
])("404 to %s if the organization is given none", async (path) => {
  const emulator = await start({ users: EVERYTHING.users ?? [] });
  const reply = await call(emulator, "GET", `/organization/${path}`);
  expect(reply).toMatchObject({ status: 404, body: { error: { code: "unknown_url" } } });
});
