import type { NewUser } from "../../emulator/src";
import { startEngine } from "./engine";

const ALICE: NewUser = { id: "user-alice", email: "alice@example.com", role: "owner" };
const BOB: NewUser = { id: "user-bob", email: "bob@example.com", role: "owner" };

const roster = (members: object, policies: object = {}): string =>
  `new openai.OrganizationRoster("people", ${JSON.stringify({ members, ...policies })});`;

test("service accounts are no people, unless they are owners; whom an identity provider manages is marked", async () => {
  const robot: NewUser = { id: "user-robot", email: null, role: "member", is_service_account: true };
  const engine = await startEngine({
    users: [
      ALICE,
      BOB,
      robot,
      { ...robot, id: "user-owning-robot", role: "owner" },
      { id: "user-carol", email: "carol@example.com", role: "member", is_scim_managed: true },
      { id: "user-odd", email: "odd@example.com", role: "member", customRole: "auditor" },
    ],
    program: roster(
      { "alice@example.com": "owner", "bob@example.com": "owner" },
      { undeclaredOwners: "remove", undeclaredMembers: "remove" },
    ),
  });
  const { output } = await engine.preview();
  expect(output).toContain('plan: remove "user-owning-robot": owner (undeclared owner)');
  expect(output).toMatch(/plan: remove "carol@example\.com" .*managed by an identity provider/);
  expect(output).toContain('"odd@example.com" ("user-odd"), the role "auditor"');
  const up = await engine.up();
  expect(up.writes.toSorted()).toEqual(["delete_user user-carol", "delete_user user-owning-robot"]);
  await engine.preview("--expect-no-changes");
});

test("a role that this API does not manage is an error after one try, not drift for ever", async () => {
  const engine = await startEngine({
    users: [ALICE, { id: "user-odd", email: "odd@example.com", role: null, fixedRole: true }],
    roles: { odd: { email: "odd@example.com", role: "member" } },
  });
  for (const program of [undefined, roster({ "alice@example.com": "owner", "odd@example.com": "member" })]) {
    if (program !== undefined) await engine.program(program);
    const up = await engine.fails("up");
    expect(up.output).toContain("this API does not manage this person's role");
    expect(up.writes).toEqual(["modify_user user-odd member"]);
  }
});

const MANY = Array.from({ length: 80 }, (_, i) => `p${i}`);

test("a key that may not write ends a roster's update at its first refusal, and says so once", async () => {
  const engine = await startEngine({
    users: [
      ALICE,
      ...MANY.map((name) => ({ id: `user-${name}`, email: `${name}@example.com`, role: "member" as const })),
    ],
    program: roster({
      "user-alice": "owner",
      ...Object.fromEntries(MANY.map((name) => [`user-${name}`, "owner"])),
    }),
  });
  const preview = await engine.preview();
  // The engine shows each line twice: as it comes, and at the end.
  expect(new Set(preview.output.match(/plan: promote .*?\(declared\)/g))).toHaveProperty("size", 50);
  expect(preview.output).toContain("and 30 more");
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

test("a wrong key is one request and few lines, however many people are declared", async () => {
  const roles = Object.fromEntries(MANY.map((name) => [name, { userId: `user-${name}`, role: "member" }]));
  const engine = await startEngine({ roles });
  const env = { OPENAI_ADMIN_KEY: "sk-admin-of-somebody-else" };
  const preview = await engine.tries(["preview"], { env });
  expect(preview.code).not.toBe(0);
  expect(preview.requests.length).toBeLessThanOrEqual(2);
  expect(preview.output.split("\n").length).toBeLessThan(60);
});
