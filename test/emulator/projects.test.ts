import OpenAI from "openai";

import { all, officialOrganization, start } from "./support";

const users = [
  { id: "alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "bob", email: "bob@example.com", name: "Bob" },
  { id: "carol", email: "carol@example.com", name: "Carol" },
] as const;

const projects = [
  { id: "proj_bot", name: "Chatbot", users: { bob: "owner", carol: "member", gone: "member" } },
  { id: "proj_old", name: "Old", status: "archived", users: { bob: "owner" } },
] as const;

test("lists projects page by page, archived ones only if asked for", async () => {
  const emulator = await start({ users, projects: [...projects, { name: "New" }] });
  const theirs = officialOrganization(emulator).projects;
  expect(await all(theirs.list({ limit: 1 }))).toEqual([
    {
      object: "organization.project",
      id: "proj_bot",
      name: "Chatbot",
      status: "active",
      created_at: expect.any(Number) as number,
      archived_at: null,
    },
    expect.objectContaining({ id: "proj_000003", name: "New" }),
  ]);
  expect(await all(theirs.list({ include_archived: true }))).toMatchObject([
    { id: "proj_bot" },
    { id: "proj_old", status: "archived", archived_at: expect.any(Number) as number },
    { id: "proj_000003" },
  ]);
});

test("lists the people in a project: the organization's owners, and who was added and is still there", async () => {
  const emulator = await start({ users, projects });
  const { users: theirs } = officialOrganization(emulator).projects;
  expect(await all(theirs.list("proj_bot", { limit: 1 }))).toMatchObject([
    { object: "organization.project.user", id: "alice", role: "owner" },
    {
      id: "bob",
      email: "bob@example.com",
      name: "Bob",
      role: "owner",
      added_at: expect.any(Number) as number,
    },
    { id: "carol", role: "member" },
  ]);
  expect(await all(theirs.list("proj_old"))).toEqual([]);
  await expect(all(theirs.list("proj_9"))).rejects.toMatchObject({ status: 404, param: "project_id" });
  expect(await theirs.retrieve("carol", { project_id: "proj_bot" })).toMatchObject({ id: "carol" });
  for (const id of ["gone", "nobody"]) {
    const retrieved = theirs.retrieve(id, { project_id: "proj_bot" });
    await expect(retrieved).rejects.toMatchObject({ status: 404, param: "user_id" });
  }
  emulator.users.remove("bob");
  expect(await all(theirs.list("proj_bot"))).toHaveLength(2);
});

test("adds, changes and removes a person", async () => {
  const emulator = await start({ users, projects: [{ id: "p" }] });
  const { users: theirs } = officialOrganization(emulator).projects;
  const bob = await theirs.create("p", { user_id: "bob", role: "member" });
  expect(bob).toMatchObject({ object: "organization.project.user", id: "bob", role: "member" });
  expect(await theirs.create("p", { email: "CAROL@example.com", role: "owner" })).toMatchObject({
    id: "carol",
  });
  expect(await theirs.update("bob", { project_id: "p", role: "owner" })).toMatchObject({ role: "owner" });
  expect(emulator.projects.get("p")?.users).toEqual({ bob: "owner", carol: "owner" });
  expect(Object.keys(emulator.projects.get("p")?.users ?? {})).toEqual(["bob", "carol"]);
  expect(await theirs.delete("bob", { project_id: "p" })).toEqual({
    object: "organization.project.user.deleted",
    id: "bob",
    deleted: true,
  });
  expect(emulator.projects.get("p")?.users).toEqual({ carol: "owner" });
  await expect(theirs.delete("bob", { project_id: "p" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  expect(emulator.requests.counts()).toMatchObject({
    create_project_user: 2,
    modify_project_user: 1,
    delete_project_user: 2,
    other: 0,
  });
});

test("who accepts an invitation joins its projects, but no archived or unknown one", async () => {
  const emulator = await start({ users, projects });
  const ids = ["proj_bot", "proj_old", "proj_9"];
  const invite = await officialOrganization(emulator).invites.create({
    email: "jo@example.com",
    role: "reader",
    projects: ids.map((id) => ({ id, role: "owner" })),
  });
  const { id } = emulator.invites.accept(invite.id);
  expect(emulator.projects.all().map((project) => project.users[id])).toEqual(["owner", undefined]);
});

test("projects change behind the API's back", async () => {
  const emulator = await start({ users, projects: [] });
  const { id } = emulator.projects.add({ users: { bob: "member" } });
  expect(() => emulator.projects.add({ id })).toThrow(RangeError);
  emulator.projects.setUser(id, "carol", "owner");
  emulator.projects.setUser(id, "bob", undefined);
  expect(emulator.projects.get(id)?.users).toEqual({ carol: "owner" });
  expect(emulator.projects.archive(id)).toMatchObject({ status: "archived", users: {} });
  expect(() => emulator.projects.archive("proj_9")).toThrow(RangeError);
  expect((await officialOrganization(emulator).projects.list()).data).toEqual([]);
});
