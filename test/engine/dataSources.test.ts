import { startEngine } from "./engine";

test("several listings of a run share the requests, and know everybody on all pages", async () => {
  const engine = await startEngine({
    users: 250,
    program: `
      module.exports = async () => {
        const { users } = await openai.getOrganizationUsers();
        const readers = await openai.getOrganizationUsers({ role: "reader" });
        const two = await openai.getOrganizationUsers({
          emails: ["USER7@example.com", "user250@example.com", "nobody@example.com"],
        });
        return { users, readers: readers.users.length, two: two.users.map((user) => user.userId) };
      };
    `,
  });
  const { requests } = await engine.up();
  // Three pages, and one request for the email that none of them has.
  expect(requests.map(({ operation }) => operation)).toEqual(Array.from({ length: 4 }, () => "list_users"));

  const people = engine.organization.users.all();
  expect(await engine.outputs()).toEqual({
    users: people.map(({ id, email, name, role, added_at }) => ({
      userId: id,
      email,
      name,
      role,
      addedAt: added_at,
    })),
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
  // Who is to become owner is none yet, so the preview does not say.
  const { output } = await engine.pulumi("up", "--yes");
  expect(output).toMatch(/byArgument *: (output<string>|\[unknown\])/);
  expect(await engine.outputs()).toEqual({
    before: ["user-alice"],
    byArgument: "owner",
    byResource: "owner",
    byComponent: ["user-alice", "user-bob", "user-carol"],
  });
});
