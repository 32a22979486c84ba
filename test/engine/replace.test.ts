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

test.each(["userId", "email"] as const)(
  "a %s that is another resource's output can be previewed, and replaces once it means another person",
  async (property) => {
    const valueOf = (person: string): string =>
      property === "userId" ? `user-${person}` : `${person}@example.com`;
    const program = (person: string): string => `
      ${KNOWN_LATER}
      const { later } = new KnownLater("later", ${JSON.stringify(valueOf(person))});
      new openai.OrganizationUserRole("someone", { ${property}: later, role: "owner" });
    `;
    const engine = await startEngine({ program: program("bob") });

    const first = await engine.preview();
    expect(first.output).toContain("3 to create");
    expect(first.requests).toEqual([]);
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    await engine.preview("--expect-no-changes");

    await engine.program(program("carol"));
    expect((await engine.preview()).output).toContain("1 to replace");
    const { writes } = await engine.up();
    expect(writes).toEqual(["modify_user user-carol owner", "delete_user user-bob"]);
    expect((await engine.state()).someone?.id).toBe("user-carol");
  },
);
