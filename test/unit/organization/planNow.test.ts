import { planNow } from "../../../provider/src/organization/roster/planNow";
import { declarationOf, type RosterInputs } from "../../../provider/src/organization/roster/rosterInputs";
import type { Session } from "../../../provider/src/organization/session";
import { endAll, open } from "./support";

afterEach(endAll);

const ALICE = { id: "user-alice", email: "alice@example.com", role: "owner" } as const;
const BOB = { id: "user-bob", email: "bob@example.com", role: "member" } as const;
const MEMBERS = { "alice@example.com": "owner", "bob@example.com": "owner" } as const;

const openTwo = async (): Promise<Session> => (await open({ users: [ALICE, BOB] })).session;

/** A plan for what a program declares, which is read anew each time. */
const plan = (session: Session, inputs: Partial<RosterInputs> = {}, people = "{}") => {
  const whole = {
    members: MEMBERS,
    undeclaredOwners: "error",
    undeclaredMembers: "ignore",
    ...inputs,
  } as const;
  return planNow(session, declarationOf(whole), { members: { ...MEMBERS }, people });
};

test.each<[string, boolean, Partial<RosterInputs>, string]>([
  ["the same declaration, state and organization", true, {}, "{}"],
  ["another declaration", false, { members: { "alice@example.com": "owner" } }, "{}"],
  ["another policy", false, { undeclaredOwners: "warn" }, "{}"],
  ["another state", false, {}, '{"bob@example.com":"user-bob"}'],
])("whether the last plan is used again for %s: %s", async (_what, isSame, inputs, people) => {
  const session = await openTwo();
  const first = await plan(session);
  expect(first.changes).toMatchObject([{ act: "promote", user: { userId: "user-bob" } }]);
  expect((await plan(session, inputs, people)).changes === first.changes).toBe(isSame);
});

test("after a write, the plan is for what the organization is then", async () => {
  const session = await openTwo();
  await plan(session);
  await session.directory.modify("user-bob", "owner");
  expect((await plan(session)).changes).toEqual([]);
});

test.each<[string, Partial<RosterInputs>]>([
  ["somebody is absent", { members: { ...MEMBERS, "carol@example.com": "member" } }],
  ["invitations matter", { undeclaredInvites: "warn" }],
])("a plan is never used again if %s", async (_what, inputs) => {
  const session = await openTwo();
  const first = await plan(session, inputs);
  expect((await plan(session, inputs)).changes).not.toBe(first.changes);
});

test("who turns out to be secret is hidden under every email, though the plan was made before", async () => {
  const session = await openTwo();
  const members = { "alice@example.com": "owner", "old@example.com": "owner" } as const;
  const people = '{"old@example.com":"user-bob"}';
  const first = await plan(session, { members }, people);
  session.secrets.add("old@example.com");
  expect((await plan(session, { members }, people)).changes).toBe(first.changes);
  expect(session.hide("bob@example.com")).toBe("[secret]");
});
