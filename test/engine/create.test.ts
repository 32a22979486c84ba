import { startEngine } from "./engine";

test("up takes over people named by userId and by email, and a second preview has nothing to do", async () => {
  const engine = await startEngine({
    roles: {
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "Carol@Example.com", role: "owner", onDelete: "demote" },
    },
  });

  const up = await engine.up();
  expect([...up.writes].sort()).toEqual(["modify_user user-bob owner", "modify_user user-carol owner"]);
  expect(engine.roleOf("user-bob")).toBe("owner");
  expect(engine.roleOf("user-carol")).toBe("owner");

  const second = await engine.preview("--expect-no-changes");
  expect(second.writes).toEqual([]);

  const { bob, carol } = await engine.state();
  const provider: unknown = expect.stringMatching(/^[^]{1,100}$/);
  expect(bob).toEqual({
    name: "bob",
    id: "user-bob",
    // With the default: what a preview shows of a removal is what stands here.
    inputs: { __provider: provider, userId: "user-bob", role: "owner", onDelete: "remove" },
    outputs: {
      __provider: provider,
      userId: "user-bob",
      byUserId: true,
      email: "bob@example.com",
      name: "Bob",
      role: "owner",
      addedAt: engine.organization.users.get("user-bob")?.added_at,
    },
  });
  expect(carol).toEqual({
    name: "carol",
    id: "user-carol",
    inputs: { __provider: provider, email: "Carol@Example.com", role: "owner", onDelete: "demote" },
    outputs: {
      __provider: provider,
      userId: "user-carol",
      email: "carol@example.com",
      declaredEmail: "Carol@Example.com",
      name: "Carol",
      role: "owner",
      addedAt: engine.organization.users.get("user-carol")?.added_at,
      onDelete: "demote",
    },
  });
});

test("a program can use the outputs of a role, each of them", async () => {
  const engine = await startEngine({
    program: `
      const { id, userId, email, name, role, addedAt } =
        new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "member" });
      module.exports = { id, userId, email, name, role, addedAt };
    `,
  });
  await engine.up();
  expect(await engine.outputs()).toEqual({
    id: "user-bob",
    userId: "user-bob",
    email: "bob@example.com",
    name: "Bob",
    role: "member",
    addedAt: engine.organization.users.get("user-bob")?.added_at,
  });
});

test("a person without email and name is managed like any other", async () => {
  const engine = await startEngine({
    users: [{ id: "user-service", email: null, name: null, role: "member" }],
    roles: { service: { userId: "user-service", role: "owner" } },
  });
  await engine.up();
  await engine.preview("--expect-no-changes");
  const { service } = await engine.state();
  expect(service?.outputs).toEqual({
    __provider: expect.any(String) as unknown,
    userId: "user-service",
    byUserId: true,
    role: "owner",
    addedAt: engine.organization.users.get("user-service")?.added_at,
  });
});

test.each([
  { by: "email", person: { email: "zoe@example.com" }, named: '"zoe@example.com"' },
  { by: "userId", person: { userId: "user-zoe" }, named: '"user-zoe"' },
])("preview names a stranger declared by $by, and how people come in", async ({ person, named }) => {
  const engine = await startEngine({ roles: { zoe: { ...person, role: "member" } } });
  const { output, writes } = await engine.fails("preview");
  expect(output).toContain(named);
  expect(output).toContain("Invite the person");
  expect(writes).toEqual([]);
});
