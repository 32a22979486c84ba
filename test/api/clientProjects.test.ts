import { InvalidResponseError, NotFoundError, StatusError } from "../../provider/src/users-api/errors";
import type { Emulator } from "../../emulator/src";
import { clientTo, closeAll, failureOf, start } from "./clientSupport";

afterEach(closeAll);

const users = [
  { id: "alice", role: "owner" },
  { id: "bob", email: "bob@example.com", name: "Bob" },
  { id: "carol" },
] as const;

const sent = (emulator: Emulator): string[] =>
  emulator.requests.log().map(({ method, path, body }) => `${method} ${path} ${body}`.trim());

test("list_projects and list_project_users answer pages, and where the next begins", async () => {
  const projects = Array.from({ length: 101 }, (_, n) => ({ id: `proj/${n}`, name: `P${n}` }));
  const emulator = await start({
    users,
    projects: [
      { ...projects[0], users: { bob: "member" } },
      ...projects.slice(1),
      { id: "old", status: "archived" },
    ],
  });
  const client = clientTo(emulator.url).projects;
  const first = await client.listProjects();
  expect(first).toMatchObject({ lastId: "proj/99", hasMore: true });
  expect(first.items[0]).toEqual({ projectId: "proj/0", name: "P0", status: "active" });
  expect((await client.listProjects(first.lastId)).items).toHaveLength(1);
  expect((await client.listProjects(first.lastId, true)).items.at(-1)).toMatchObject({ status: "archived" });
  expect(await client.listProjectUsers("proj/0")).toEqual({
    items: [
      { userId: "alice", email: "user1@example.com", name: "User 1", role: "owner" },
      { userId: "bob", email: "bob@example.com", name: "Bob", role: "member" },
    ],
    lastId: "bob",
    hasMore: false,
  });
  expect(emulator.requests.log().map(({ path, query }) => [path, query])).toEqual([
    ["/v1/organization/projects", { limit: ["100"] }],
    ["/v1/organization/projects", { limit: ["100"], after: ["proj/99"] }],
    ["/v1/organization/projects", { limit: ["100"], after: ["proj/99"], include_archived: ["true"] }],
    ["/v1/organization/projects/proj%2F0/users", { limit: ["100"] }],
  ]);
});

test("a project that does not exist is told apart from an API that does not", async () => {
  const client = clientTo((await start({ users, projects: [] })).url).projects;
  const unknown = await failureOf(client.listProjectUsers("proj_9"));
  expect(unknown).toBeInstanceOf(NotFoundError);
  expect(unknown.message).toContain("No project found with id 'proj_9'");
  const elsewhere = await failureOf(
    clientTo((await start({ users })).url).projects.listProjectUsers("proj_9"),
  );
  expect(elsewhere).not.toBeInstanceOf(NotFoundError);
  expect(elsewhere).toBeInstanceOf(StatusError);
  await expect(client.listProjectUsers("..")).rejects.toThrow("A project's id must be an id");
});

test("a person is added, changed and removed", async () => {
  const emulator = await start({ users, projects: [{ id: "p" }] });
  const client = clientTo(emulator.url).projects;
  expect(await client.addProjectUser("p", "bob", "member")).toMatchObject({ userId: "bob", role: "member" });
  expect(await client.modifyProjectUser("p", "bob", "owner")).toMatchObject({ role: "owner" });
  await client.deleteProjectUser("p", "bob");
  expect(await failureOf(client.deleteProjectUser("p", "bob"))).toBeInstanceOf(NotFoundError);
  expect(sent(emulator)).toEqual([
    'POST /v1/organization/projects/p/users {"user_id":"bob","role":"member"}',
    'POST /v1/organization/projects/p/users/bob {"role":"owner"}',
    "DELETE /v1/organization/projects/p/users/bob",
    "DELETE /v1/organization/projects/p/users/bob",
  ]);
});

test.each([
  ["whose answer was lost", undefined, "member"],
  ["who is there already", "member", "member"],
  ["who is there already with another role", "owner", "member"],
] as const)("a person %s is there once, with the role", async (_what, before, role) => {
  const emulator = await start({ users, projects: [{ id: "p", users: before ? { bob: before } : {} }] });
  if (before === undefined)
    emulator.inject({ operation: "create_project_user", fault: { kind: "reset", when: "after" } });
  expect(await clientTo(emulator.url).projects.addProjectUser("p", "bob", role)).toMatchObject({
    userId: "bob",
    role,
  });
  expect(emulator.projects.get("p")?.users).toEqual({ bob: role });
  expect(emulator.requests.counts()).toMatchObject({
    create_project_user: before === undefined ? 2 : 1,
    retrieve_project_user: 1,
    modify_project_user: before === "owner" ? 1 : 0,
  });
});

test("a person who cannot be added is an error in the API's words, and a lost removal is one", async () => {
  const emulator = await start({ users, projects: [{ id: "p", users: { carol: "member" } }] });
  const client = clientTo(emulator.url).projects;
  const refused = await failureOf(client.addProjectUser("p", "eve", "member"));
  expect(refused.message).toContain("The user 'eve' is not in this organization");
  emulator.inject({ operation: "delete_project_user", fault: { kind: "reset", when: "after" } });
  await client.deleteProjectUser("p", "carol");
  expect(emulator.projects.get("p")?.users).toEqual({});
});

test("an answer about somebody else, or with another role, is none", async () => {
  const emulator = await start({ users, projects: [{ id: "p", users: { bob: "member" } }] });
  const alter = (patch: object): void => {
    const fault = { kind: "alter", alter: (body: unknown) => ({ ...(body as object), ...patch }) } as const;
    emulator.inject({ operation: "modify_project_user", fault });
  };
  alter({ id: "carol" });
  expect(
    await failureOf(clientTo(emulator.url).projects.modifyProjectUser("p", "bob", "owner")),
  ).toBeInstanceOf(InvalidResponseError);
  alter({ role: "member" });
  expect(
    (await failureOf(clientTo(emulator.url).projects.modifyProjectUser("p", "bob", "owner"))).message,
  ).toContain('returned the role "member" instead of "owner"');
});
