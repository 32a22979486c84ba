import OpenAI from "openai";

import type { NewUser } from "../../emulator/src";
import { all, EVERYTHING, official, officialOrganization, start } from "./support";

const DAY = 24 * 60 * 60;

test("people can be added, changed and removed", async () => {
  const emulator = await start({ users: 2 });
  const added = emulator.users.add({ email: "Jo@example.com", role: "reader" });
  expect(added).toMatchObject({ id: "user-000003", role: "member", name: "User 3" });
  expect(emulator.users.byEmail("jo@EXAMPLE.com")).toBe(added);
  const changed = emulator.users.change(added.id, { role: "owner", name: null });
  expect(changed).toEqual({ ...added, role: "owner", name: null });
  expect(added.role).toBe("member");
  expect(() => emulator.users.add({ id: added.id })).toThrow(RangeError);
  expect([emulator.users.remove(added.id), emulator.users.remove(added.id)]).toEqual([true, false]);
  expect(() => emulator.users.change(added.id, {})).toThrow(RangeError);
  expect(emulator.users.byEmail("jo@example.com")).toBeUndefined();
});

test("a made-up id avoids one that was given", async () => {
  const emulator = await start({ users: [{ id: "user-000002" }, {}, {}] });
  const ids = emulator.users.all().map((user) => user.id);
  expect([ids[0], new Set(ids).size]).toEqual(["user-000002", 3]);
});

/** What is answered of a person: marks that the API's own have are absent where they have none. */
test.each<[NewUser, object]>([
  [{ customRole: "billing-admin" }, { role: "billing-admin" }],
  [{ is_service_account: true }, { is_service_account: true }],
  [{ is_scim_managed: true }, { is_scim_managed: true, is_service_account: false }],
  [{}, { is_scim_managed: undefined, is_service_account: false, user: undefined }],
  [{ enabled: false }, { email: "user1@example.com", user: { enabled: false, banned: false } }],
  [{ banned: true }, { email: "user1@example.com", user: { enabled: true, banned: true } }],
])("a person with %j is answered with %j", async (person, answer) => {
  const emulator = await start({ users: [{ id: "a", ...person }] });
  const absent = { user: undefined, is_scim_managed: undefined };
  expect({ ...absent, ...(await official(emulator).retrieve("a")) }).toMatchObject(answer);
});

test("a custom role ends with modify_user", async () => {
  const emulator = await start({ users: [{ id: "a", customRole: "billing-admin" }] });
  expect((await official(emulator).update("a", { role: "owner" })).role).toBe("owner");
  expect((await official(emulator).retrieve("a")).role).toBe("owner");
});

test("a rotated key is the one that is listed", async () => {
  const emulator = await start(EVERYTHING);
  emulator.setAdminKey("sk-admin-second");
  const { data } = await officialOrganization(emulator).adminAPIKeys.list();
  expect(data[0]?.redacted_value).toBe("sk-admin...ond");
});

test.each(["demoted", "removed"])("the key of an owner who is %s ends at once", async (how) => {
  const emulator = await start(EVERYTHING);
  const client = official(emulator);
  await (how === "demoted" ? client.update("alice", { role: "member" }) : client.delete("alice"));
  await expect(client.update("bob", { role: "owner" })).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  expect(emulator.users.get("bob")?.role).toBe("member");
});

test("groups change", async () => {
  const emulator = await start({ users: [{ id: "bob" }], groups: [] });
  const { groups: theirs } = officialOrganization(emulator);
  const { id } = emulator.groups.add({ name: "Admins", users: ["bob"] });
  expect(() => emulator.groups.add({ id })).toThrow(RangeError);
  emulator.groups.change(id, { name: "Owners", roles: ["owner"] });
  expect((await theirs.list()).data).toMatchObject([{ id, name: "Owners" }]);
  expect((await theirs.roles.list(id)).data).toMatchObject([{ name: "owner" }]);
  expect(emulator.groups.get(id)?.users).toEqual(["bob"]);
  expect([emulator.groups.remove(id), emulator.groups.remove(id)]).toEqual([true, false]);
  expect(() => emulator.groups.change(id, {})).toThrow(RangeError);
  expect(emulator.groups.all()).toEqual([]);
});

test("projects change", async () => {
  const emulator = await start({ users: [{ id: "bob" }], projects: [] });
  const { id } = emulator.projects.add({ users: { bob: "member" } });
  expect(() => emulator.projects.add({ id })).toThrow(RangeError);
  emulator.projects.setUser(id, "carol", "owner");
  emulator.projects.setUser(id, "bob", undefined);
  expect(emulator.projects.get(id)?.users).toEqual({ carol: "owner" });
  expect(emulator.projects.archive(id)).toMatchObject({ status: "archived", users: {} });
  expect(() => emulator.projects.archive("proj_9")).toThrow(RangeError);
  expect((await officialOrganization(emulator).projects.list()).data).toEqual([]);
});

describe("an invitation", () => {
  /** An organization with a clock to be set, in seconds. */
  async function startAt(seconds: number) {
    let now = seconds;
    const emulator = await start({ ...EVERYTHING, clock: () => now * 1000 });
    const { invites } = officialOrganization(emulator);
    return { emulator, invites, pass: (more: number) => (now += more) };
  }

  test("that is accepted puts the person into the organization, stays, and cannot be revoked", async () => {
    const { emulator, invites, pass } = await startAt(0);
    const { id } = await invites.create({ email: "jo@example.com", role: "owner" });
    pass(DAY);
    expect(emulator.invites.accept(id)).toMatchObject({ email: "jo@example.com", role: "owner" });
    pass(30 * DAY);
    expect((await invites.list()).data).toMatchObject([{ id, status: "accepted", accepted_at: DAY }]);
    await expect(invites.delete(id)).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    expect(() => emulator.invites.accept(id)).toThrow("is accepted");
    const again = invites.create({ email: "JO@example.com", role: "reader" });
    await expect(again).rejects.toThrow("already a member");
  });

  test("that is accepted also puts the person into its projects, but no archived or unknown one", async () => {
    const { emulator } = await startAt(0);
    const projects = ["p", "old", "proj_9"].map((id) => ({ id, role: "owner" as const }));
    const invite = await officialOrganization(emulator).invites.create({
      ...{ email: "jo@example.com", role: "reader", projects },
    });
    const { id } = emulator.invites.accept(invite.id);
    expect(emulator.projects.all().map(({ users }) => users[id])).toEqual(["owner", undefined]);
  });

  test.each(["by the clock", "at once"])("expires %s, and can be made anew", async (how) => {
    const { emulator, invites, pass } = await startAt(0);
    const jo = { email: "jo@example.com", role: "reader" } as const;
    const { id } = await invites.create(jo);
    await expect(invites.create({ ...jo, email: "Jo@Example.com" })).rejects.toThrow("already been invited");
    if (how === "by the clock") {
      pass(7 * DAY - 1);
      expect((await invites.retrieve(id)).status).toBe("pending");
      pass(1);
    } else emulator.invites.expire(id);
    expect((await invites.retrieve(id)).status).toBe("expired");
    expect(() => emulator.invites.accept(id)).toThrow("is expired");
    expect(await invites.create(jo)).toMatchObject({ id: "invite-000002", status: "pending" });
    expect((await invites.delete(id)).deleted).toBe(true);
    expect((await all(invites.list())).map((invite) => invite.id)).toEqual(["invite-000002"]);
  });
});
