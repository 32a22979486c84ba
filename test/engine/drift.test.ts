import { startEngine } from "./engine";

test("an email or a name changed behind Pulumi's back is no drift, and the next up takes it into the state", async () => {
  const engine = await startEngine({
    roles: {
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "carol@example.com", role: "member" },
    },
  });
  await engine.up();
  engine.organization.users.change("user-bob", { email: "robert@example.com", name: "Robert" });
  engine.organization.users.change("user-carol", { email: "caroline@example.com", name: "Caroline" });

  await engine.preview("--expect-no-changes");
  const { writes } = await engine.up("--expect-no-changes");
  expect(writes).toEqual([]);
  const { bob, carol } = await engine.state();
  expect(bob?.outputs).toMatchObject({ email: "robert@example.com", name: "Robert" });
  expect(carol?.outputs).toMatchObject({ email: "caroline@example.com", name: "Caroline" });
});

test.each(["member", "reader"] as const)(
  "member and reader are one role: neither drifts if the API answers %s, and each is sent as it was declared",
  async (memberRole) => {
    const engine = await startEngine({
      memberRole,
      users: ["alice", "bob", "carol"].map((name) => ({ id: `user-${name}`, role: "owner" })),
      roles: { bob: { userId: "user-bob", role: "member" }, carol: { userId: "user-carol", role: "reader" } },
    });
    const up = await engine.up();
    expect([...up.writes].sort()).toEqual(["modify_user user-bob member", "modify_user user-carol reader"]);
    await engine.preview("--expect-no-changes");

    const { bob, carol } = await engine.state();
    expect([bob?.outputs.role, carol?.outputs.role]).toEqual(["member", "reader"]);
  },
);

test("a person who left is named by preview and up, which change nothing, until refresh lets go of the person", async () => {
  const engine = await startEngine({
    roles: {
      carol: { email: "carol@example.com", role: "owner" },
      dan: { userId: "user-dan", role: "owner" },
    },
  });
  await engine.up();
  engine.organization.users.remove("user-carol");

  for (const command of ["preview", "up"] as const) {
    const { output, writes } = await engine.fails(command);
    expect(output).toContain('"carol@example.com"');
    expect(output).toContain("invite the person");
    expect(writes).toEqual([]);
  }

  await engine.refresh();
  expect(Object.keys(await engine.state())).toEqual(["dan"]);
});
