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

test("the Output forms wait for their dependencies, and see what became of them", async () => {
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

test.each([
  {
    problem: "nobody has the email",
    call: `getOrganizationUser({ email: "zoe@example.com" })`,
    said: 'getOrganizationUser: nobody in the organization has the email "zoe@example.com"',
  },
  {
    problem: "the key is wrong",
    call: "getOrganizationUsersOutput()",
    said: "getOrganizationUsers: list_users (GET /organization/users) failed with 401",
    env: { OPENAI_ADMIN_KEY: "sk-admin-wrong-0123456789" },
  },
])("if $problem, the program fails with one plain message", async ({ call, said, env }) => {
  const engine = await startEngine({ program: `exports.found = openai.${call};`, ...(env && { env }) });
  const { output } = await engine.fails("preview");
  expect(output).toContain(said);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain("unhandled");
});
