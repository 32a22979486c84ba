import * as pulumi from "@pulumi/pulumi";

import {
  getOrganizationUser,
  getOrganizationUserOutput,
  getOrganizationUsers,
  getOrganizationUsersOutput,
  OrganizationProvider,
} from "../../../provider/src";
import { CANARY, closeAll, start } from "../../api/clientSupport";
import { valueOf, withoutEngine } from "./support";

const { env } = process;

afterEach(async () => {
  process.env = env;
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
    expect(await getOrganizationUser({ userId: "user-000004" })).toMatchObject({
      email: "user4@example.com",
    });
    // One page, and one request for the email that it does not have.
    expect(requests.counts()).toMatchObject({ list_users: 2, retrieve_user: 0 });
  });

  test("asks again in another deployment", async () => {
    const { requests } = await open();
    await getOrganizationUsers();
    await withoutEngine();
    await getOrganizationUsers();
    expect(requests.counts().list_users).toBe(2);
  });

  test.each<[unknown, string]>([
    [{ role: "admin" }, 'role must be one of owner, member, reader, not "admin"'],
    [{ emails: "a@example.com" }, 'emails must be an array of emails, not "a@example.com"'],
    [{ emails: ["a@example.com", ""] }, 'emails must be an array of emails, not ""'],
    [{ emails: ["a@example.com", 7] }, "emails must be an array of emails, not a number"],
    [{ emails: { a: 1 } }, "emails must be an array of emails, not an object"],
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
  ])(
    "says every ten seconds how many people it has listed; here pages take %s",
    async (_what, each, told) => {
      await open({ users: 250 });
      const info = jest.spyOn(pulumi.log, "info").mockResolvedValue();
      let now = 0;
      jest.spyOn(performance, "now").mockImplementation(() => (now += each));
      try {
        await getOrganizationUsers();
        expect(info.mock.calls.map(([line]) => line)).toEqual(
          told.map((users) => `Listing the organization's users: ${users} so far.`),
        );
      } finally {
        jest.restoreAllMocks();
      }
    },
  );
});

describe("getOrganizationUser", () => {
  test("answers one person by id or email", async () => {
    await open();
    expect(await getOrganizationUser({ userId: "user-000002" })).toMatchObject({
      email: "user2@example.com",
    });
    expect(await getOrganizationUser({ email: "USER3@example.com" })).toMatchObject({
      userId: "user-000003",
    });
  });

  test.each<[object, string]>([
    [{}, "give either userId or email"],
    [{ userId: "user-000002", email: "user2@example.com" }, "give either userId or email"],
    [{ userId: "user-x" }, 'nobody in the organization has the id "user-x"'],
    [{ email: "x@example.com" }, 'nobody in the organization has the email "x@example.com"'],
  ])("of %j is an error", async (args, problem) => {
    await open();
    await expect(getOrganizationUser(args as never)).rejects.toThrow(`getOrganizationUser: ${problem}`);
  });
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

    constructor(name: string, opts?: pulumi.CustomResourceOptions) {
      super("example:index:Something", name, { userId: "user-000002" }, opts);
    }
  }

  class Team extends pulumi.ComponentResource {
    constructor() {
      super("example:index:Team", "team");
      new Something("child", { parent: this });
      this.registerOutputs();
    }
  }

  interface Creating {
    readonly organization: Awaited<ReturnType<typeof start>>;
    create: (name: string) => void;
  }

  /** A deployment whose resources are created one by one, when a test says so. */
  async function openCreating(): Promise<Creating> {
    const organization = await open();
    const created = new Map<string, () => void>();
    const waits = new Map<string, Promise<void>>();
    for (const name of ["one", "two", "child"]) {
      waits.set(name, new Promise<void>((resolve) => created.set(name, resolve)));
    }
    await withoutEngine(({ name }) => waits.get(name) ?? Promise.resolve());
    return { organization, create: (name) => created.get(name)?.() };
  }

  test.each<[string, () => NonNullable<pulumi.InvokeOutputOptions["dependsOn"]>]>([
    ["a resource", () => new Something("child")],
    ["an Output of resources", () => pulumi.output(Promise.resolve([new Something("child")]))],
    ["a component, whose child", () => new Team()],
  ])("with dependsOn, %s is waited for, and earlier readings no longer count", async (_what, dependsOn) => {
    const { organization, create } = await openCreating();
    expect(ids(await getOrganizationUsers({ role: "owner" }))).toEqual(["user-000001"]);
    const owners = valueOf(getOrganizationUsersOutput({ role: "owner" }, { dependsOn: dependsOn() }));
    const two = valueOf(getOrganizationUserOutput({ userId: "user-000002" }, { dependsOn: dependsOn() }));
    // Whatever was to be answered too early is answered by now.
    await getOrganizationUser({ userId: "user-000003" });
    organization.users.change("user-000002", { role: "owner" });
    create("child");
    expect(ids(await owners)).toEqual(["user-000001", "user-000002"]);
    expect(await two).toMatchObject({ role: "owner" });
    expect(ids(await getOrganizationUsers({ role: "owner" }))).toEqual(["user-000001", "user-000002"]);
  });

  test("an argument that is an Output of a resource is a dependency without dependsOn", async () => {
    const { organization, create } = await openCreating();
    await getOrganizationUsers();
    const { userId } = new Something("one");
    const found = valueOf(getOrganizationUserOutput({ userId }));
    organization.users.change("user-000002", { role: "owner" });
    create("one");
    expect(await found).toMatchObject({ role: "owner" });
  });

  test("look-ups that become ready together share one listing, and those that become ready meanwhile share the next", async () => {
    const { organization, create } = await openCreating();
    const [one, two] = [new Something("one"), new Something("two")];
    const thirty = (dependsOn: pulumi.Resource): Promise<unknown> =>
      Promise.all(Array.from({ length: 30 }, () => valueOf(getOrganizationUsersOutput({}, { dependsOn }))));
    const first = thirty(one);
    const second = thirty(two);
    create("one");
    await first;
    expect(organization.requests.counts()).toMatchObject({ list_users: 1 });
    create("two");
    await second;
    expect(organization.requests.counts()).toMatchObject({ list_users: 2, retrieve_user: 0 });
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
  const provider = new OrganizationProvider("research", {
    adminKeyVariable: "RESEARCH_ADMIN_KEY",
    baseUrl: other.url,
  });
  expect(ids(await getOrganizationUsers({}, { provider }))).toHaveLength(2);

  class Team extends pulumi.ComponentResource {
    constructor() {
      super("example:index:Team", "team", {}, { providers: [provider] });
    }
  }
  const parent = new Team();
  expect(ids(await getOrganizationUsers({}, { parent }))).toHaveLength(2);
  expect(ids(await valueOf(getOrganizationUsersOutput({}, { parent })))).toHaveLength(2);
  expect(other.requests.counts().list_users).toBe(1);
  expect(requests.log()).toEqual([]);
  expect(ids(await getOrganizationUsers())).toHaveLength(5);
});
