import { startEngine, type Outcome } from "./engine";

/** How often each operation was requested. */
function counts({ requests }: Outcome): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { operation } of requests) found[operation] = (found[operation] ?? 0) + 1;
  return found;
}

test("getOrganizationUsers lists everybody on all pages, and several listings of a run share the requests", async () => {
  const engine = await startEngine({
    users: 250,
    program: `
      module.exports = async () => {
        const { users } = await openai.getOrganizationUsers();
        const owners = await openai.getOrganizationUsers({ role: "owner" });
        const members = await openai.getOrganizationUsers({ role: "member" });
        const readers = await openai.getOrganizationUsers({ role: "reader" });
        const two = await openai.getOrganizationUsers({
          emails: ["USER7@example.com", "user250@example.com", "nobody@example.com"],
        });
        return {
          ids: users.map((user) => user.userId),
          first: users[0],
          owners: owners.users.map((user) => user.userId),
          members: members.users.length,
          readers: readers.users.length,
          two: two.users.map((user) => user.userId),
        };
      };
    `,
  });
  // Three pages, and one request for the email that none of them has.
  expect(counts(await engine.up())).toEqual({ list_users: 4 });

  const people = engine.organization.users.all();
  const first = people[0];
  expect(await engine.outputs()).toEqual({
    ids: people.map(({ id }) => id),
    first: {
      userId: first?.id,
      email: first?.email,
      name: first?.name,
      role: "owner",
      addedAt: first?.added_at,
    },
    owners: people.filter(({ role }) => role === "owner").map(({ id }) => id),
    members: people.filter(({ role }) => role === "member").length,
    readers: people.filter(({ role }) => role === "member").length,
    two: ["user-000007", "user-000250"],
  });
});

test.each([
  { server: "filters by email", emailsFilter: true, list_users: 1 },
  { server: "ignores the filter", emailsFilter: false, list_users: 1 + 3 },
])(
  "a few emails among 250 people are found where the server $server",
  async ({ emailsFilter, list_users }) => {
    const engine = await startEngine({
      users: 250,
      emailsFilter,
      program: `
        const found = openai.getOrganizationUsers({ emails: ["user7@example.com", "user250@example.com"] });
        exports.ids = found.then(({ users }) => users.map((user) => user.userId));
      `,
    });
    expect(counts(await engine.up())).toEqual({ list_users });
    expect(await engine.outputs()).toEqual({ ids: ["user-000007", "user-000250"] });
  },
);

test("getOrganizationUser finds one person by userId or by email", async () => {
  const engine = await startEngine({
    program: `
      exports.bob = openai.getOrganizationUser({ userId: "user-bob" });
      exports.carol = openai.getOrganizationUser({ email: "CAROL@example.com" });
    `,
  });
  await engine.up();
  const { users } = engine.organization;
  expect(await engine.outputs()).toEqual({
    bob: {
      userId: "user-bob",
      email: "bob@example.com",
      name: "Bob",
      role: "member",
      addedAt: users.get("user-bob")?.added_at,
    },
    carol: {
      userId: "user-carol",
      email: "carol@example.com",
      name: "Carol",
      role: "member",
      addedAt: users.get("user-carol")?.added_at,
    },
  });
});

test("the Output forms wait for what they depend on, and see what it has become", async () => {
  const engine = await startEngine({
    program: `
      class Team extends pulumi.ComponentResource {
        constructor() {
          super("example:people:Team", "team");
          new openai.OrganizationUserRole("carol", { userId: "user-carol", role: "owner" }, { parent: this });
          this.registerOutputs();
        }
      }
      const before = openai.getOrganizationUsersOutput({ role: "owner" });
      const bob = new openai.OrganizationUserRole("bob", { userId: before.apply(() => "user-bob"), role: "owner" });
      const ids = ({ users }) => users.map((user) => user.userId);
      exports.before = before.apply(ids);
      exports.byArgument = openai.getOrganizationUserOutput({ userId: bob.userId }).role;
      exports.byResource = openai.getOrganizationUserOutput({ email: "bob@example.com" }, { dependsOn: [bob] }).role;
      exports.byComponent = openai.getOrganizationUsersOutput(
        { role: "owner" },
        { dependsOn: [bob, new Team()] },
      ).apply(ids);
    `,
  });
  // Who is to become owner is none yet, so a preview does not say.
  expect((await engine.preview()).output).toMatch(/byArgument *: (output<string>|\[unknown\])/);
  await engine.up();
  expect(await engine.outputs()).toEqual({
    before: ["user-alice"],
    byArgument: "owner",
    byResource: "owner",
    byComponent: ["user-alice", "user-bob", "user-carol"],
  });
});

test("thirty look-ups that depend on one resource share one listing", async () => {
  const engine = await startEngine({
    program: `
      const bob = new openai.OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
      exports.owners = Array.from({ length: 30 }, () =>
        openai.getOrganizationUsersOutput({ role: "owner" }, { dependsOn: [bob] }).users.length);
    `,
  });
  const up = await engine.up();
  expect(await engine.outputs()).toEqual({ owners: Array.from({ length: 30 }, () => 2) });
  expect(counts(up).list_users).toBe(1);
});

test("a provider of another copy of the package is refused, and the default organization is not asked instead", async () => {
  const engine = await startEngine({
    env: { RESEARCH_ADMIN_KEY: "sk-admin-research-0123456789" },
    program: `
      for (const path of Object.keys(require.cache)) {
        if (path.includes("/provider/dist/")) delete require.cache[path];
      }
      const copy = require("pulumi-openai-organization");
      const provider = new copy.OrganizationProvider("research", { adminKeyVariable: "RESEARCH_ADMIN_KEY" });
      exports.found = openai.getOrganizationUsers({}, { provider });
    `,
  });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain("getOrganizationUsers: The provider is not an OrganizationProvider of this copy");
  expect(requests).toEqual([]);
});

test.each([
  {
    problem: "nobody has the email",
    call: `getOrganizationUser({ email: "zoe@example.com" })`,
    said: 'getOrganizationUser: nobody in the organization has the email "zoe@example.com"',
  },
  {
    problem: "nobody has the id",
    call: `getOrganizationUser({ userId: "user-zoe" })`,
    said: 'getOrganizationUser: nobody in the organization has the id "user-zoe"',
  },
  {
    problem: "the user is given twice",
    call: `getOrganizationUser({ userId: "user-bob", email: "bob@example.com" })`,
    said: "getOrganizationUser: give either userId or email",
  },
  {
    problem: "there is no such role",
    call: `getOrganizationUsers({ role: "admin" })`,
    said: 'getOrganizationUsers: role must be one of owner, member, reader, not "admin"',
  },
  {
    problem: "there is no key",
    call: "getOrganizationUsers()",
    said: "getOrganizationUsers: There is no OpenAI admin key",
    env: { OPENAI_ADMIN_KEY: "" },
  },
  {
    problem: "the key is wrong",
    call: "getOrganizationUsersOutput()",
    said: "getOrganizationUsers: list_users (GET /organization/users) failed with 401",
    env: { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" },
  },
])("where $problem, the program fails with one plain message", async ({ call, said, env }) => {
  const engine = await startEngine({ program: `exports.found = openai.${call};`, ...(env && { env }) });
  const { output } = await engine.fails("preview");
  expect(output).toContain(said);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain("unhandled");
});
