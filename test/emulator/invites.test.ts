import OpenAI from "openai";
import { all, officialOrganization, start } from "./support";

const DAY = 24 * 60 * 60;

/** An organization of one owner, with a clock to be set, in seconds. */
async function startAt(seconds: number) {
  let now = seconds;
  const emulator = await start({
    users: [{ email: "owner@example.com", role: "owner" }],
    clock: () => now * 1000,
  });
  const { invites } = officialOrganization(emulator);
  return { emulator, invites, pass: (more: number) => (now += more) };
}

test("invites, retrieves, lists and revokes", async () => {
  const { emulator, invites } = await startAt(1_000);
  const invite = await invites.create({ email: "Jo@example.com", role: "reader", projects: [] });
  expect(invite).toEqual({
    object: "organization.invite",
    id: "invite-000001",
    email: "Jo@example.com",
    role: "reader",
    status: "pending",
    created_at: 1_000,
    expires_at: 1_000 + 7 * DAY,
    accepted_at: null,
    projects: [],
  });
  expect(await invites.retrieve(invite.id)).toEqual(invite);
  expect((await invites.list()).data).toEqual([invite]);
  expect(await invites.delete(invite.id)).toEqual({
    object: "organization.invite.deleted",
    id: invite.id,
    deleted: true,
  });
  expect((await invites.list()).data).toEqual([]);
  await expect(invites.retrieve(invite.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  await expect(invites.delete(invite.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  expect(emulator.users.all()).toHaveLength(1);
  expect(emulator.requests.counts()).toMatchObject({
    list_invites: 2,
    create_invite: 1,
    retrieve_invite: 2,
    delete_invite: 2,
    other: 0,
  });
  expect(emulator.requests.log()[1]).toMatchObject({ operation: "retrieve_invite", inviteId: invite.id });
});

test("projects are as given, or the default one", async () => {
  const { invites } = await startAt(0);
  const projects = [{ id: "proj_1", role: "owner" as const }];
  expect((await invites.create({ email: "a@example.com", role: "owner", projects })).projects).toEqual(
    projects,
  );
  expect((await invites.create({ email: "b@example.com", role: "owner" })).projects).toEqual([
    { id: "proj_default", role: "member" },
  ]);
});

test("pages through many, in the order in which they were made", async () => {
  const { emulator, invites } = await startAt(0);
  for (let n = 0; n < 45; n++) emulator.invites.add({ email: `jo${n}@example.com` });
  const found = await all(invites.list());
  expect(found.map(({ id }) => id)).toEqual(emulator.invites.all().map(({ id }) => id));
  expect(emulator.requests.counts().list_invites).toBe(3);
});

test("a person who accepts is in the organization, and the invite stays and cannot be revoked", async () => {
  const { emulator, invites, pass } = await startAt(0);
  const { id } = await invites.create({ email: "jo@example.com", role: "owner" });
  pass(DAY);
  expect(emulator.invites.accept(id)).toMatchObject({ email: "jo@example.com", role: "owner" });
  pass(30 * DAY);
  expect((await invites.list()).data).toMatchObject([{ id, status: "accepted", accepted_at: DAY }]);
  await expect(invites.delete(id)).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  expect(() => emulator.invites.accept(id)).toThrow("is accepted");
  await expect(invites.create({ email: "JO@example.com", role: "reader" })).rejects.toThrow(
    "already a member",
  );
});

test.each(["by the clock", "behind the API's back"])(
  "an invite expires %s, and can be made anew",
  async (how) => {
    const { emulator, invites, pass } = await startAt(0);
    const { id } = await invites.create({ email: "jo@example.com", role: "reader" });
    await expect(invites.create({ email: "Jo@Example.com", role: "reader" })).rejects.toThrow(
      "already been invited",
    );
    if (how === "by the clock") {
      pass(7 * DAY - 1);
      expect((await invites.retrieve(id)).status).toBe("pending");
      pass(1);
    } else emulator.invites.expire(id);
    expect((await invites.retrieve(id)).status).toBe("expired");
    expect(() => emulator.invites.accept(id)).toThrow("is expired");
    const again = await invites.create({ email: "jo@example.com", role: "reader" });
    expect(again).toMatchObject({ id: "invite-000002", status: "pending" });
    expect((await invites.delete(id)).deleted).toBe(true);
  },
);
