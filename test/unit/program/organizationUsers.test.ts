import * as pulumi from "@pulumi/pulumi";

import {
  getOrganizationUser,
  getOrganizationUserOutput,
  getOrganizationUsers,
  getOrganizationUsersOutput,
  OrganizationProvider,
} from "../../../provider/src";
import { LookUps, type LookUp } from "../../../provider/src/program/lookUps";
import { CANARY, closeAll, start } from "../../api/clientSupport";
import { valueOf, withoutEngine } from "./support";

const { env } = process;

afterEach(async () => {
  process.env = env;
  jest.restoreAllMocks();
  await closeAll();
});

/** An organization that the environment names, in a deployment of its own. */
async function open(users: Parameters<typeof start>[0] = { users: 5 }): ReturnType<typeof start> {
  const organization = await start(users);
  await withoutEngine();
  process.env = { ...env, OPENAI_ADMIN_KEY: CANARY, OPENAI_BASE_URL: organization.url };
  return organization;
}

const ids = ({ users }: { readonly users: readonly { readonly userId: string }[] }): string[] =>
  users.map(({ userId }) => userId);

describe("getOrganizationUsers", () => {
  test("answers everybody, and look-ups of one deployment share what they learn", async () => {
    const { requests } = await open();
    expect(ids(await getOrganizationUsers())).toHaveLength(5);
    expect(ids(await getOrganizationUsers({ role: "owner" }))).toEqual(["user-000001"]);
    expect(ids(await getOrganizationUsers({ role: "reader" }))).toHaveLength(4);
    const emails = ["USER2@example.com", "user3@example.com", "user2@example.com", "nobody@example.com"];
    expect(ids(await getOrganizationUsers({ emails }))).toEqual(["user-000002", "user-000003"]);
    expect(ids(await getOrganizationUsers({ emails, role: "owner" }))).toEqual([]);
    expect(ids(await getOrganizationUsers({ emails: [] }))).toEqual([]);
    expect(await getOrganizationUser({ userId: "user-000004" })).toHaveProperty("email", "user4@example.com");
    // One page, and one request for the email that it does not have.
    expect(requests.counts()).toMatchObject({ list_users: 2, retrieve_user: 0 });
    // Another deployment asks again.
    await withoutEngine();
    await getOrganizationUsers();
    expect(requests.counts().list_users).toBe(3);
  });

  test.each<[unknown, string]>([
    [{ role: "admin" }, 'role must be one of owner, member, reader, not "admin"'],
    [{ emails: "a@example.com" }, 'emails must be an array of emails, not "a@example.com"'],
    [{ emails: ["a@example.com", ""] }, 'emails must be an array of emails, not ""'],
    [{ emails: ["a@example.com", 7] }, "emails must be an array of emails, not a number"],
  ])("refuses %j before anything is sent", async (args, problem) => {
    const { requests } = await open();
    const failure = getOrganizationUsers(args as Parameters<typeof getOrganizationUsers>[0]);
    await expect(failure).rejects.toThrow(pulumi.RunError);
    await expect(failure).rejects.toThrow(`getOrganizationUsers: ${problem}`);
    expect(requests.log()).toEqual([]);
  });

  test.each([
    ["hours", 3_600_000, [100, 200, 250]],
    ["no time", 0, []],
  ])("says how many people it has listed every ten seconds, if pages take %s", async (_what, each, told) => {
    await open({ users: 250 });
    const info = jest.spyOn(pulumi.log, "info").mockResolvedValue();
    let now = 0;
    jest.spyOn(performance, "now").mockImplementation(() => (now += each));
    await getOrganizationUsers();
    expect(info.mock.calls.map(([line]) => line)).toEqual(
      told.map((users) => `Listing the organization's users: ${users} so far.`),
    );
  });
});

test.each<[object, string | object]>([
  [{ userId: "user-000002" }, { email: "user2@example.com" }],
  [{ email: "USER3@example.com" }, { userId: "user-000003" }],
  [{}, "give either userId or email"],
  [{ userId: "user-000002", email: "user2@example.com" }, "give either userId or email"],
  [{ userId: "user-x" }, 'nobody in the organization has the id "user-x"'],
  [{ email: "x@example.com" }, 'nobody in the organization has the email "x@example.com"'],
])("getOrganizationUser of %j is one person, or an error", async (args, expected) => {
  await open();
  const answer = getOrganizationUser(args as never);
  if (typeof expected === "object") expect(await answer).toMatchObject(expected);
  else await expect(answer).rejects.toThrow(`getOrganizationUser: ${expected}`);
});

test("without a key a look-up is an error that says what to do", async () => {
  await open();
  process.env = { ...env };
  await expect(getOrganizationUsers()).rejects.toThrow("getOrganizationUsers: There is no OpenAI admin key.");
});

describe("the Output forms", () => {
  test("take outputs, and share what the deployment has learned", async () => {
    const { requests } = await open();
    const users = getOrganizationUsersOutput({ role: pulumi.output("owner" as const) });
    expect(ids(await valueOf(users))).toEqual(["user-000001"]);
    const some = getOrganizationUsersOutput({ emails: [pulumi.output("user2@example.com")] });
    expect(ids(await valueOf(some))).toEqual(["user-000002"]);
    expect(ids(await valueOf(getOrganizationUsersOutput()))).toHaveLength(5);
    const one = getOrganizationUserOutput({ userId: pulumi.output("user-000003") });
    expect(await valueOf(one)).toMatchObject({ userId: "user-000003" });
    expect(requests.counts()).toMatchObject({ list_users: 1, retrieve_user: 0 });
  });

  /** Its creation ends when the test says so. */
  class Something extends pulumi.CustomResource {
    declare readonly userId: pulumi.Output<string>;

    constructor(opts?: pulumi.CustomResourceOptions) {
      super("example:index:Something", "something", { userId: "user-000002" }, opts);
    }
  }

  class Team extends pulumi.ComponentResource {
    constructor() {
      super("example:index:Team", "team");
      new Something({ parent: this });
      this.registerOutputs();
    }
  }

  const ofBob = (dependsOn: NonNullable<pulumi.InvokeOutputOptions["dependsOn"]>): pulumi.Output<unknown> =>
    getOrganizationUserOutput({ userId: "user-000002" }, { dependsOn });

  test.each<[string, () => pulumi.Output<unknown>]>([
    ["a resource in dependsOn", () => ofBob(new Something())],
    ["an Output of resources", () => ofBob(pulumi.output(Promise.resolve([new Something()])))],
    ["a component's child", () => ofBob(new Team())],
    [
      "a resource whose Output is an argument",
      () => getOrganizationUserOutput({ userId: new Something().userId }),
    ],
  ])("wait for %s, and earlier readings no longer count", async (_what, lookUp) => {
    const organization = await open();
    let create = (): void => undefined;
    const created = new Promise<void>((resolve) => (create = resolve));
    await withoutEngine(({ name }) => (name === "something" ? created : Promise.resolve()));
    expect(ids(await getOrganizationUsers({ role: "owner" }))).toEqual(["user-000001"]);
    const found = valueOf(lookUp());
    // Whatever was to be answered too early is answered by now.
    await getOrganizationUser({ userId: "user-000003" });
    organization.users.change("user-000002", { role: "owner" });
    create();
    expect(await found).toMatchObject({ role: "owner" });
    expect(ids(await getOrganizationUsers({ role: "owner" }))).toEqual(["user-000001", "user-000002"]);
  });
});

test("a provider of another copy of the package is refused, and the default organization is not asked instead", async () => {
  const { requests } = await open();
  class OtherCopy extends pulumi.ProviderResource {}
  const provider = new OtherCopy("pulumi-nodejs", "research", {});
  await expect(getOrganizationUsers({}, { provider })).rejects.toThrow(
    "getOrganizationUsers: The provider is not an OrganizationProvider of this copy of pulumi-openai-organization",
  );
  expect(requests.log()).toEqual([]);
});

test("a look-up with a provider, or with a parent that has one, asks that organization with that key", async () => {
  const { requests } = await open();
  const other = await start({ users: 2, adminKey: "sk-admin-research-0123456789" });
  process.env.RESEARCH_ADMIN_KEY = other.adminKey;
  const args = { adminKeyVariable: "RESEARCH_ADMIN_KEY", baseUrl: other.url };
  const provider = new OrganizationProvider("research", args);
  expect(ids(await getOrganizationUsers({}, { provider }))).toHaveLength(2);

  const parent = new pulumi.ComponentResource("example:index:Team", "team", {}, { providers: [provider] });
  expect(ids(await getOrganizationUsers({}, { parent }))).toHaveLength(2);
  expect(ids(await valueOf(getOrganizationUsersOutput({}, { parent })))).toHaveLength(2);
  expect(other.requests.counts().list_users).toBe(1);
  expect(requests.log()).toEqual([]);
  expect(ids(await getOrganizationUsers())).toHaveLength(5);
});

/** An organization that can be read anew, which counts how often it was. */
function numbered(): ConstructorParameters<typeof LookUps>[0] {
  const reader = (reading: number): object => ({ reading, anew: () => reader(reading + 1) });
  const directory = reader(0);
  return { directory, projects: directory } as ConstructorParameters<typeof LookUps>[0];
}

const reading: LookUp<unknown> = ({ directory, projects }) => {
  const [one, other] = [directory, projects].map(
    (reader) => (reader as unknown as { reading: number }).reading,
  );
  expect(other).toBe(one);
  return Promise.resolve(one);
};

test("look-ups with dependencies share a new reading, and later ones without any use it", async () => {
  const lookUps = new LookUps(numbered());
  expect(await lookUps.run(reading)).toBe(0);
  expect(await Promise.all([lookUps.runAnew(reading), lookUps.runAnew(reading)])).toEqual([1, 1]);
  expect(await lookUps.run(reading)).toBe(1);
  expect(await lookUps.runAnew(reading)).toBe(2);
});

test("look-ups that become ready while others are being answered wait for the next reading, even if those fail", async () => {
  const lookUps = new LookUps(numbered());
  let fail = (_error: Error): void => undefined;
  const failing = lookUps.runAnew(() => new Promise((_resolve, reject) => (fail = reject)));
  await new Promise(setImmediate);
  const others = Promise.all([lookUps.runAnew(reading), lookUps.runAnew(reading)]);
  await new Promise(setImmediate);
  const another = lookUps.runAnew(reading);
  fail(new Error("nobody"));
  await expect(failing).rejects.toThrow("nobody");
  expect(await others).toEqual([2, 2]);
  expect(await another).toBe(2);
});
