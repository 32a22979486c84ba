import { startEngine } from "./engine";

test("member and reader are one role; a new name or address is no drift, and one's other name or onDelete no write", async () => {
  const engine = await startEngine({
    memberRole: "reader",
    refreshes: true,
    users: ["alice", "bob", "carol", "dan", "erin", "frank"].map((name) => ({
      id: `user-${name}`,
      email: `${name}@example.com`,
      role: "owner",
    })),
    roles: {
      bob: { userId: "user-bob", role: "member" },
      carol: { email: "carol@example.com", role: "reader" },
      dan: { userId: "user-dan", role: "owner" },
      erin: { userId: "user-erin", role: "member" },
      frank: { email: "frank@example.com", role: "reader" },
    },
  });
  const { users } = engine.organization;
  const up = await engine.up();
  expect(up.writes.toSorted()).toEqual([
    "modify_user user-bob member",
    "modify_user user-carol reader",
    "modify_user user-erin member",
    "modify_user user-frank reader",
  ]);

  for (const name of ["carol", "erin", "frank"])
    users.change(`user-${name}`, { email: `${name}@example.org`, name });
  await engine.declare({
    bob: { userId: "user-bob", role: "member", onDelete: "demote" },
    carol: { email: "carol@example.org", role: "member" },
    dan: { email: "DAN@example.com", role: "owner" },
    erin: { userId: "user-erin", role: "member" },
    frank: { email: "frank@example.com", role: "reader" },
  });
  const { output, writes } = await engine.up();
  // Erin, frank and the stack are not.
  expect(output).toMatch(/3 updated\s+3 unchanged/);
  expect(writes).toEqual([]);
  expect(await engine.state()).toMatchObject({
    bob: { id: "user-bob" },
    carol: { id: "user-carol", outputs: { email: "carol@example.org", name: "carol", role: "member" } },
    dan: { id: "user-dan" },
    erin: { outputs: { email: "erin@example.org", name: "erin", role: "member" } },
    frank: { outputs: { email: "frank@example.org", name: "frank", role: "reader" } },
  });
});

/** A resource whose output, one that is known only after create or update, is what it is given. */
const KNOWN_LATER = `
  class KnownLater extends pulumi.dynamic.Resource {
    constructor(name, value) {
      const outs = ({ value }) => ({ value, later: value });
      const handlers = {
        create: async (inputs) => ({ id: name, outs: outs(inputs) }),
        update: async (id, olds, news) => ({ outs: outs(news) }),
      };
      super(handlers, name, { value, later: undefined });
    }
  }
`;

test("a program can use each output of a role, and a userId and an email from other resources' outputs can be previewed, and replace once they mean somebody else", async () => {
  const program = (id: string, email: string): string => `
    ${KNOWN_LATER}
    const [userIdOf, emailOf] = [new KnownLater("a", "user-${id}"), new KnownLater("b", "${email}@example.com")];
    new openai.OrganizationUserRole("byId", { userId: userIdOf.later, role: "owner" });
    const { id, userId, email, name, role, addedAt } =
      new openai.OrganizationUserRole("byEmail", { email: emailOf.later, role: "owner" });
    module.exports = { id, userId, email, name, role, addedAt };
  `;
  const engine = await startEngine({ program: program("bob", "carol") });

  const first = await engine.preview();
  expect(first.output).toContain("5 to create");
  expect(first.requests).toEqual([]);
  const created = await engine.up();
  expect(created.writes.toSorted()).toEqual(["modify_user user-bob owner", "modify_user user-carol owner"]);
  expect(await engine.outputs()).toEqual({
    id: "user-carol",
    userId: "user-carol",
    email: "carol@example.com",
    name: "Carol",
    role: "owner",
    addedAt: engine.organization.users.get("user-carol")?.added_at,
  });

  await engine.program(program("dan", "erin"));
  const { output, writes } = await engine.up();
  expect(output).toContain("2 replaced");
  expect(writes.toSorted()).toEqual([
    ...["delete_user user-bob", "delete_user user-carol"],
    ...["modify_user user-dan owner", "modify_user user-erin owner"],
  ]);
});
