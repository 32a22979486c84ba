import { startEngine } from "./engine";

const MANY = Array.from({ length: 80 }, (_, i) => `p${i}`);

test("a key that may not write ends a roster's update at its first refusal, and says so once", async () => {
  const engine = await startEngine({
    users: [
      { id: "user-alice", role: "owner" },
      ...MANY.map((name) => ({ id: `user-${name}`, email: `${name}@example.com`, role: "member" as const })),
    ],
    program: `
      const names = ["alice", ...${JSON.stringify(MANY)}];
      const members = Object.fromEntries(names.map((name) => ["user-" + name, "owner"]));
      new openai.OrganizationRoster("people", { members });
    `,
  });
  const preview = await engine.preview();
  // The engine shows each line twice: as it comes, and at the end. Whoever becomes an owner is named.
  expect(new Set(preview.output.match(/plan: promote .*?\(declared\)/g))).toHaveProperty("size", MANY.length);
  engine.organization.inject({
    operation: "modify_user",
    times: Infinity,
    fault: { kind: "refusal", reason: "missing_scopes" },
  });
  const up = await engine.fails("up");
  // Those that were under way together.
  expect(up.writes.length).toBeLessThanOrEqual(8);
  // One reason for those that were sent, one for the others, each of them shown twice or three times.
  expect(up.output.split("Could not promote").length - 1).toBeLessThanOrEqual(6);
});

test("a wrong key costs one request and a few plain lines, however many people are declared, and is not shown", async () => {
  const roles = Object.fromEntries(MANY.map((name) => [name, { userId: `user-${name}`, role: "member" }]));
  const wrong = "sk-admin-wrong-0123456789";
  const engine = await startEngine({ roles, env: { OPENAI_ADMIN_KEY: wrong } });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain("failed with 401");
  expect(output).toContain("The admin key comes from OPENAI_ADMIN_KEY: is it correct");
  // Servers echo the ends of a key.
  expect(output).not.toContain(wrong.slice(-5));
  expect(output).not.toMatch(/^\s+at /m);
  expect(requests.length).toBeLessThanOrEqual(2);
  expect(output.split("\n").length).toBeLessThan(60);
});
