import { startEngine } from "./engine";

test("another onDelete is an update that sends nothing", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "member" } } });
  await engine.up();

  await engine.declare({ bob: { userId: "user-bob", role: "member", onDelete: "retain" } });
  const up = await engine.up();
  expect(up.output).toContain("1 updated");
  expect(up.writes).toEqual([]);
  await engine.preview("--expect-no-changes");
});

test("the same person under another name is neither replaced nor written to", async () => {
  const engine = await startEngine({
    roles: {
      bob: { email: "bob@example.com", role: "owner" },
      carol: { email: "carol@example.com", role: "owner" },
      dan: { userId: "user-dan", role: "owner" },
    },
  });
  await engine.up();

  engine.organization.users.change("user-carol", { email: "caroline@example.com" });
  await engine.declare({
    bob: { userId: "user-bob", role: "owner" },
    carol: { email: "caroline@example.com", role: "owner" },
    dan: { email: "DAN@example.com", role: "owner" },
  });
  const preview = await engine.preview();
  expect(preview.output).not.toContain("replace");

  expect((await engine.up()).writes).toEqual([]);
  const { bob, carol, dan } = await engine.state();
  expect([bob?.id, carol?.id, dan?.id]).toEqual(["user-bob", "user-carol", "user-dan"]);
  await engine.preview("--expect-no-changes");
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

test("a userId and an email from other resources' outputs can be previewed, and replace once they mean somebody else", async () => {
  const program = (id: string, email: string): string => `
    ${KNOWN_LATER}
    const [id, email] = [new KnownLater("a", "user-${id}"), new KnownLater("b", "${email}@example.com")];
    new openai.OrganizationUserRole("byId", { userId: id.later, role: "owner" });
    new openai.OrganizationUserRole("byEmail", { email: email.later, role: "owner" });
  `;
  const engine = await startEngine({ program: program("bob", "carol") });

  const first = await engine.preview();
  expect(first.output).toContain("5 to create");
  expect(first.requests).toEqual([]);
  const created = await engine.up();
  expect(created.writes.toSorted()).toEqual(["modify_user user-bob owner", "modify_user user-carol owner"]);
  await engine.preview("--expect-no-changes");

  await engine.program(program("dan", "erin"));
  expect((await engine.preview()).output).toContain("2 to replace");
  const { writes } = await engine.up();
  expect(writes.toSorted()).toEqual([
    ...["delete_user user-bob", "delete_user user-carol"],
    ...["modify_user user-dan owner", "modify_user user-erin owner"],
  ]);
  const { byId, byEmail } = await engine.state();
  expect([byId?.id, byEmail?.id]).toEqual(["user-dan", "user-erin"]);
});
