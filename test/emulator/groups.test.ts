import { all, official, officialOrganization, start } from "./support";

const users = [
  { id: "alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "bob", email: null, name: "Bob" },
  { id: "carol", name: null },
] as const;

const support = { name: "support", resource_type: "api.project", permissions: ["api.logs.read"] } as const;
const groups = [
  {
    name: "Platform admins",
    roles: ["owner", support],
    users: ["bob", "carol", "gone"],
    is_scim_managed: true,
  },
  { id: "group_empty", name: "Platform admins", group_type: "tenant_group" },
] as const;

test("lists groups, page by page, by a cursor that is no id", async () => {
  const emulator = await start({ users, groups });
  const found = await all(officialOrganization(emulator).groups.list({ limit: 1 }));
  expect(found).toEqual([
    {
      id: "group_000001",
      name: "Platform admins",
      created_at: expect.any(Number) as number,
      is_scim_managed: true,
      group_type: "group",
    },
    expect.objectContaining({ id: "group_empty", is_scim_managed: false, group_type: "tenant_group" }),
  ]);
  expect(emulator.requests.counts()).toMatchObject({ list_groups: 2, other: 0 });
  const { data } = await officialOrganization(emulator).groups.list({ order: "desc", limit: 1000 });
  expect(data.map(({ id }) => id)).toEqual(["group_empty", "group_000001"]);
});

test("lists the roles of a group and its people, without those who are not in the organization", async () => {
  const emulator = await start({ users, groups });
  const { groups: theirs } = officialOrganization(emulator);
  expect(await all(theirs.roles.list("group_000001", { limit: 1 }))).toMatchObject([
    {
      name: "owner",
      predefined_role: true,
      resource_type: "api.organization",
      permissions: [],
      assignment_sources: null,
    },
    { ...support, predefined_role: false },
  ]);
  expect(await all(theirs.users.list("group_000001", { limit: 1 }))).toEqual([
    { id: "bob", email: null, name: "Bob" },
    { id: "carol", email: "user3@example.com", name: "" },
  ]);
  expect(await all(theirs.users.list("group_empty"))).toEqual([]);
  await expect(all(theirs.users.list("group_9"))).rejects.toMatchObject({ status: 404, param: "group_id" });
  await expect(all(theirs.roles.list("group_9"))).rejects.toMatchObject({ status: 404, param: "group_id" });
});

test("lists the roles of a person, and where each comes from", async () => {
  const emulator = await start({ users: [{ id: "bob", roles: ["owner", { name: "billing" }] }], groups });
  const { users: theirs } = officialOrganization(emulator);
  expect(await all(theirs.roles.list("bob", { limit: 2 }))).toMatchObject([
    {
      name: "owner",
      assignment_sources: [
        { principal_id: "bob", principal_type: "user" },
        { principal_id: "group_000001", principal_type: "group" },
      ],
    },
    { name: "billing", assignment_sources: [{ principal_id: "bob" }] },
    { name: "support", assignment_sources: [{ principal_id: "group_000001" }] },
  ]);
  await expect(all(theirs.roles.list("nobody"))).rejects.toMatchObject({ status: 404, param: "user_id" });
  expect(await official(emulator).retrieve("bob")).toMatchObject({ role: "member" });
});

test("groups change behind the API's back", async () => {
  const emulator = await start({ users, groups: [] });
  const { groups: theirs } = officialOrganization(emulator);
  expect((await theirs.list()).data).toEqual([]);
  const { id } = emulator.groups.add({ name: "Admins", users: ["bob"] });
  expect(() => emulator.groups.add({ id })).toThrow(RangeError);
  emulator.groups.change(id, { name: "Owners", roles: ["owner"] });
  expect((await theirs.list()).data).toMatchObject([{ id, name: "Owners" }]);
  expect((await theirs.roles.list(id)).data).toMatchObject([{ name: "owner" }]);
  expect((await theirs.users.list(id)).data).toMatchObject([{ id: "bob" }]);
  expect(emulator.groups.get(id)?.users).toEqual(["bob"]);
  expect(emulator.groups.remove(id)).toBe(true);
  expect(emulator.groups.remove(id)).toBe(false);
  expect(() => emulator.groups.change(id, {})).toThrow(RangeError);
  expect(emulator.groups.all()).toEqual([]);
});
