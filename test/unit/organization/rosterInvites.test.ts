import type { Fault, Operation } from "../../../emulator/src";
import { applyRoster } from "../../../provider/src/organization/roster/applyRoster";
import { checkRoster, diffRoster, readRoster } from "../../../provider/src/organization/roster/roster";
import type { RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import { remembered, type RosterState } from "../../../provider/src/organization/roster/rosterState";
import { failureOf } from "../../api/clientSupport";
import { rosterOf } from "./planOf";
import { endAll, open as openWith, partOf, requests, writes, type Opened } from "./support";
import type { Numbers } from "../../limits";

afterEach(endAll);

const AL = { id: "user-al", email: "al@example.com", role: "owner" } as const;
const BO = { id: "user-bo", email: "bo@example.com", role: "member" } as const;
const JO = "jo@example.com";

/** A roster that invites, with an owner. */
const inputs = (members: RosterInputs["members"], more: Partial<RosterInputs> = {}): RosterInputs =>
  rosterOf({ "al@example.com": "owner", ...members }, { absent: "invite", ...more });

function open(limits: Numbers = {}): Promise<Opened> {
  return openWith({ users: [AL, BO] }, limits);
}

const pending = ({ emulator }: Opened): string[] =>
  emulator.invites
    .all()
    .filter(({ status }) => status === "pending")
    .map(({ email, role }) => `${email} ${role}`);

/** What a preview says of a roster: its lines, and why it is refused. */
async function preview(opened: Opened, news: RosterInputs, state?: RosterState): Promise<string[]> {
  const lines = opened.said.length;
  const session = opened.later();
  const olds = state === undefined ? {} : { members: state.members };
  const reasons = (await checkRoster(session, {}, olds, { ...news })).problems.map(({ reason }) => reason);
  if (state !== undefined)
    await diffRoster(session, state, news).catch((error: unknown) => reasons.push((error as Error).message));
  return [...opened.said.slice(lines), ...reasons];
}

/** A list that does not show what is new. */
function withoutItems(body: unknown): unknown {
  return { ...(body as object), data: [], first_id: null, last_id: null };
}

test("a preview promises an invitation, an update sends it, and the state has it until it is accepted", async () => {
  const opened = await open();
  const { emulator, later, said } = opened;
  const news = inputs({ [JO]: "member" });
  expect(await preview(opened, news)).toEqual([
    `plan: invite "${JO}": member (declared, and not in the organization)`,
  ]);
  expect(writes(emulator)).toEqual([]);
  const state = await applyRoster(later(), news);
  const [invite] = emulator.invites.all();
  expect(invite).toMatchObject({ email: JO, role: "reader", projects: [] });
  expect(state).toEqual({
    members: { "al@example.com": "owner", [JO]: "member" },
    ...remembered({
      "al@example.com": { userId: "user-al" },
      [JO]: { stage: "invited", inviteId: invite?.id ?? "" },
    }),
    absent: "invite",
    invited: { [JO]: { role: "member", expiresAt: invite?.expires_at } },
  });
  expect(said.at(-1)).toBe(`invited "${JO}": member (declared, and not in the organization)`);
  expect(await preview(opened, news, state)).toEqual([]);
  expect((await readRoster(later(), state)).state).toEqual(state);

  emulator.invites.accept(invite?.id ?? "");
  const { state: joined } = await readRoster(later(), state);
  expect(joined.invited).toBeUndefined();
  expect((await diffRoster(later(), joined, news)).changes).toBe(false);
});

test("an invitation of another role is revoked, and sent anew, whatever the case of the email", async () => {
  const opened = await open();
  opened.emulator.invites.add({ email: "Jo@Example.com", role: "owner" });
  const news = inputs({ [JO]: "reader" });
  expect(await preview(opened, news)).toEqual([
    'plan: revoke the invitation of "Jo@Example.com": owner (declared as reader)',
    `plan: invite "${JO}": reader (declared, and invited as owner until now)`,
  ]);
  const read = await readRoster(opened.later(), { members: news.members, absent: "invite" });
  expect(read.state.members[JO]).toBe("owner");
  await applyRoster(opened.later(), news, read.state);
  expect(pending(opened)).toEqual([`${JO} reader`]);
  expect(requests(opened.emulator)).toMatchObject({ create_invite: 1, delete_invite: 1 });
});

test.each(["member", "owner"] as const)(
  "a person who joins between plan and invitation, as %s, is named",
  async (role) => {
    const opened = await open();
    const news = inputs({ [JO]: "member" });
    const session = opened.later();
    await checkRoster(session, {}, {}, { ...news });
    opened.emulator.users.add({ email: JO, role });
    const applied = applyRoster(session, news);
    if (role === "member") expect((await applied).members[JO]).toBe("member");
    else {
      const { state, reasons } = await partOf(applied);
      expect(state.members[JO]).toBe("owner");
      expect(reasons.join(" ")).toContain('has joined meanwhile, with the role "owner"');
    }
    expect(opened.emulator.invites.all()).toEqual([]);
  },
);

test.each<[string, Fault]>([
  ["reset after it was applied", { kind: "reset", when: "after" }],
  ["truncated", { kind: "truncate" }],
  ["200 with nonsense", { kind: "body", body: "<html>", applied: true }],
  [
    "200 with another's",
    { kind: "alter", alter: (body) => ({ ...(body as object), email: "x@y.z", expires_at: 1 }) },
  ],
  [
    "200 with another role",
    { kind: "alter", alter: (body) => ({ ...(body as object), role: "owner", expires_at: 1 }) },
  ],
])("an invitation whose answer is lost is mailed once, and found in the list: %s", async (_what, fault) => {
  const opened = await open();
  const { invites } = opened.emulator;
  // None of these is it.
  invites.add({ email: "ed@example.com", role: "reader" });
  invites.expire(invites.add({ email: JO }).id);
  opened.emulator.inject({ operation: "create_invite", times: Infinity, fault });
  const state = await applyRoster(opened.session, inputs({ [JO]: "member" }));
  const [, , invite, ...others] = invites.all();
  expect(state.invited).toEqual({ [JO]: { role: "member", expiresAt: invite?.expires_at } });
  expect(others).toEqual([]);
  expect(requests(opened.emulator)).toMatchObject({ create_invite: 1 });
});

test.each<[string, Fault, Fault | undefined]>([
  ["a 503", { kind: "status", status: 503 }, undefined],
  ["a broken connection", { kind: "reset", when: "before" }, undefined],
  ["a list that fails", { kind: "reset", when: "after" }, { kind: "status", status: 500 }],
  ["a list that lags", { kind: "reset", when: "after" }, { kind: "alter", alter: withoutItems }],
])(
  "of %s nobody knows whether it was sent: it is looked for, and sent once more after an hour",
  async (...given) => {
    const [what, fault, list] = given;
    let time = 1_000_000;
    const opened = await openWith({ users: [AL, BO] }, {}, { now: () => time });
    const { emulator } = opened;
    const news = inputs({ [JO]: "member" });
    emulator.inject({ operation: "create_invite", times: 1, fault });
    const lag = list && emulator.inject({ operation: "list_invites", skip: 1, times: Infinity, fault: list });
    const { reasons, state } = await partOf(applyRoster(opened.session, news));
    expect(reasons.join()).toContain(
      "may have sent the invitation: run it again later, which looks for it before",
    );
    expect(state.stages).toMatchObject({ [JO]: { stage: "uncertain", sentAt: time } });
    expect(requests(emulator)).toMatchObject({ create_invite: 1 });

    time += 3599;
    if (what !== "a list that fails") {
      const said = await preview(opened, news, state);
      expect(said.join()).toContain(`An invitation may have been sent to "${JO}", and none is listed.`);
      await applyRoster(opened.later(), news, state);
      expect(requests(emulator)).toMatchObject({ create_invite: 1 });
    }
    lag?.remove();
    const wasSent = list !== undefined;
    time += 1;
    const after = await applyRoster(opened.later(), news, state);
    expect(after.stages).toMatchObject({ [JO]: { stage: "invited", ...(!wasSent && { sent: 2 }) } });
    expect(requests(emulator)).toMatchObject({ create_invite: wasSent ? 1 : 2 });
    expect(pending(opened)).toEqual([`${JO} reader`]);
  },
);

test("an id cannot be invited, whatever absent is", async () => {
  const opened = await open();
  for (const absent of ["warn", "invite"] as const)
    expect((await preview(opened, inputs({ "user-jo": "member" }, { absent }))).join()).toContain(
      'Not in the organization: "user-jo". A user id cannot be invited',
    );
});

test("warn changes everybody else, and leaves nothing to do", async () => {
  const opened = await open();
  const news = inputs({ [JO]: "owner", "bo@example.com": "owner" }, { absent: "warn" });
  expect(await preview(opened, news)).toEqual([
    `warning: Not in the organization, and left alone: "${JO}" (not invited).`,
    'plan: promote "bo@example.com" ("user-bo", "User 2"): member to owner (declared)',
  ]);
  await applyRoster(opened.later(), news);
  expect(writes(opened.emulator)).toEqual(["modify_user user-bo owner"]);
});

describe("if invitations cannot be read or sent", () => {
  const FORBIDDEN: Fault = {
    kind: "status",
    status: 403,
    body: { error: { message: "Missing scopes: api.management.write", type: "invalid_request_error" } },
  };
  const news = inputs({ [JO]: "member", "bo@example.com": "owner" });

  test("a key that may not read them is told, and nothing is sent, but what needs none", async () => {
    const opened = await open();
    opened.emulator.inject({ operation: "list_invites", times: Infinity, fault: FORBIDDEN });
    expect((await preview(opened, news)).at(-1)).toMatch(
      /^members: Invitations could not be read: list_invites .* manage the organization's invitations.*set absent to "warn"/,
    );
    await failureOf(applyRoster(opened.later(), news));
    expect(writes(opened.emulator)).toEqual([]);
    // Nor is a refresh held up, which forgets nobody.
    const invited = { [JO]: { role: "member" }, "ed@example.com": { role: "owner" } };
    expect(
      (await readRoster(opened.later(), { members: news.members, absent: "invite", invited })).state,
    ).toMatchObject({ members: { ...news.members, "bo@example.com": "member" }, invited });
    await applyRoster(opened.later(), { ...news, absent: "warn" });
    expect(opened.emulator.users.get("user-bo")?.role).toBe("owner");
  });

  const LIMITED: Fault = { kind: "status", status: 429 };
  const LOSS = ["delete_invite", "delete_user user-di"];
  const ALL = [...LOSS, "create_invite reader"];

  test.each<[string, Operation | undefined, Fault, readonly string[], RegExp]>([
    ["nothing", undefined, LIMITED, ALL, /./],
    [
      "a limit",
      "list_invites",
      LIMITED,
      LOSS.slice(1),
      /^Invitations could not be read: list_invites .* 429/,
    ],
    ["a limit", "create_invite", LIMITED, ALL, /^Could not invite "jo@.* 429/],
    [
      "the key",
      "create_invite",
      FORBIDDEN,
      ALL,
      /^Could not invite "jo@.* manage the organization's invitations/,
    ],
    ["a limit", "delete_invite", LIMITED, LOSS, /^Could not revoke the invitation of "ed@.* 429/],
    [
      "the key",
      "delete_invite",
      FORBIDDEN,
      LOSS,
      /^Could not revoke the invitation of "ed@.* manage the organization's invitations/,
    ],
  ])("%s that stops %s holds up no role and no removal", async (_what, operation, fault, sent, says) => {
    const users = (["cy", "di"] as const).map((id) => ({ id: `user-${id}`, email: `${id}@example.com` }));
    const opened = await openWith({ users: [AL, BO, { ...users[0], role: "owner" }, { ...users[1] }] });
    const { emulator } = opened;
    emulator.invites.add({ email: "ed@example.com" });
    if (operation !== undefined) emulator.inject({ operation, times: Infinity, fault });
    const next = inputs({ ...news.members, "cy@example.com": "member" }, { undeclaredMembers: "remove" });
    const before = { members: { "ed@example.com": "member" }, absent: "invite" } as const;
    const applied = applyRoster(opened.later(), next, before);
    if (operation === undefined) await applied;
    else expect((await partOf(applied)).reasons).toEqual([expect.stringMatching(says)]);

    // A role that is given, a role that is taken, whoever goes, and who is invited: each may be sent again and again.
    const order = [...new Set(writes(emulator))];
    expect(order.slice(0, 2)).toEqual(["modify_user user-bo owner", "modify_user user-cy member"]);
    expect(order.slice(2, 4).sort()).toEqual(sent.slice(0, 2));
    expect(order.slice(4)).toEqual(sent.slice(2));
  });
});
