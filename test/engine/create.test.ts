import { startEngine } from "./engine";

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

test.each([
  { by: "email", person: { email: "zoe@example.com" }, named: '"zoe@example.com"' },
  { by: "userId", person: { userId: "user-zoe" }, named: '"user-zoe"' },
])("preview names a stranger declared by $by, and says how people join", async ({ person, named }) => {
  const engine = await startEngine({ roles: { zoe: { ...person, role: "member" } } });
  const { output, writes } = await engine.fails("preview");
  expect(output).toContain(named);
  expect(output).toContain("invite the person");
  expect(writes).toEqual([]);
});
