import { HIDDEN_INPUT, writeHidden } from "../../../provider/src/engine/hiddenInput";
import { failureOf } from "../../api/clientSupport";
import { endAll, hush, open, UNKNOWN } from "./support";

beforeEach(hush);
afterEach(endAll);

const ID = "user-000002";
const BY_ID = { userId: ID, role: "member", onDelete: "remove" } as const;
const EMAIL = "user2@example.com";

/** What the SDK adds to inputs and outputs. */
const PROVIDER = { __provider: "text" };

test("check answers the inputs with their defaults, with what is still unknown, and without what is hidden", async () => {
  const { roles } = await open();
  const hidden = { ...PROVIDER, __declaredBy: '{"resource":"bob#0"}' };
  const news = { userId: ID, role: UNKNOWN };
  expect(await roles.check({}, { ...news, ...hidden })).toEqual({
    inputs: { ...news, onDelete: "remove" },
    failures: [],
  });
  // Nobody with that id is looked for.
  const unknown = { ...BY_ID, userId: UNKNOWN };
  expect(await roles.check({}, { ...unknown, ...hidden })).toEqual({ inputs: unknown, failures: [] });
});

test.each([
  ["bob#3", "carol#4", '"carol" and "bob"'],
  ["a#1 of\n#12#3", "bob#13", '"bob" and "a#1 of\uFFFD#12"'],
])("check names the resources that declare one person, given %j and %j", async (one, other, names) => {
  const { roles } = await open();
  const check = async (resource: string, owners = 2): Promise<string | undefined> =>
    (await roles.check(BY_ID, { ...BY_ID, [HIDDEN_INPUT]: writeHidden({ resource, owners }) })).failures?.[0]
      ?.reason;
  expect(await check(one)).toBeUndefined();
  // With another number of owners by then, it is the same resource.
  expect(await check(one, 7)).toBeUndefined();
  expect(await check(other)).toContain(names);
});

test("check without a name, as of pulumi.dynamic.Resource, collides with nobody", async () => {
  const { roles } = await open();
  for (const hidden of [
    {},
    { __declaredBy: "bob#0#" },
    { __declaredBy: '{"resource":"bob#0"}' },
    { __declaredBy: 7 },
  ])
    expect((await roles.check(BY_ID, { ...BY_ID, ...hidden })).failures).toEqual([]);
});

test("neither check nor errors have an email that is a secret of the program's", async () => {
  const { roles } = await open();
  const news = {
    ...BY_ID,
    userId: undefined,
    email: "nobody@example.com",
    [HIDDEN_INPUT]: writeHidden({ resource: "bob#0", secrets: ["email"] }),
  };
  expect((await roles.check({}, news)).failures).toEqual([
    { property: "", reason: expect.stringContaining('Nobody with the email "[secret]"') as string },
  ]);
  const { message } = await failureOf(
    roles.create({ email: news.email, role: "member", onDelete: "remove" }),
  );
  expect(message).toContain('Nobody with the email "[secret]"');
});

test("diff answers what the SDK takes: whether anything changes, and which properties replace", async () => {
  const { roles } = await open();
  const state = { userId: ID, role: "member", ...PROVIDER };
  const diff = (news: object): Promise<unknown> => roles.diff(ID, state, { ...BY_ID, ...PROVIDER, ...news });
  expect(await diff({})).toEqual({ changes: false, replaces: [] });
  expect(await diff({ role: UNKNOWN })).toEqual({ changes: true, replaces: [] });
  expect(await diff({ userId: UNKNOWN })).toEqual({ changes: true, replaces: ["userId"] });
});

test("diff fails if the program counts too few owners", async () => {
  const { roles } = await open({ users: [{ role: "member" }, { role: "owner" }] });
  const news = { ...BY_ID, [HIDDEN_INPUT]: writeHidden({ resource: "bob#0", owners: 0 }) };
  await roles.check(BY_ID, news);
  await expect(roles.diff(ID, { userId: ID, role: "owner" }, BY_ID)).rejects.toThrow(
    "there would be no owner in the organization",
  );
});

test("create, read, update and delete answer the whole state, and read the inputs, too", async () => {
  const { roles, emulator } = await open();
  const { added_at: addedAt = 0 } = emulator.users.get(ID) ?? {};
  const person = { userId: ID, email: EMAIL, name: "User 2", role: "owner", addedAt };
  const state = { ...person, byUserId: true } as const;
  const byId = { ...BY_ID, role: "owner" } as const;
  expect(await roles.create(byId)).toEqual({ id: ID, outs: state });
  expect(await roles.read(ID, state)).toEqual({ id: ID, props: state, inputs: byId });
  const byEmail = { email: EMAIL, role: "owner", onDelete: "retain" } as const;
  expect(await roles.update(ID, state, byEmail)).toEqual({ outs: { ...person, onDelete: "retain" } });
  await roles.delete(ID, { userId: ID, role: "member" });
  expect(emulator.users.get(ID)).toBeUndefined();
  expect(await roles.read(ID, state)).toEqual({});
});

test("somebody whom the program reads by itself stays", async () => {
  const { roles, emulator } = await open();
  expect(await roles.read(ID)).toMatchObject({ id: ID, props: { userId: ID } });
  await roles.delete(ID, { userId: ID, role: "member" });
  expect(emulator.users.get(ID)).toBeDefined();
});
