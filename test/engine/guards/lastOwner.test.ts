import { hasYaml, yaml } from "../doors";
import { startEngine, type Declarations, type Outcome } from "../engine";
import { people } from "./people";

function expectRefused({ output, writes }: Outcome): void {
  expect(output).toContain(`Without "alice@example.com" ("user-alice") there would be no owner`);
  expect(output).toContain("pulumi config set openai-organization:minOwners 0");
  expect(writes).toEqual([]);
}

test("one of ten owners who are demoted or removed in one update stays, until the settings allow it: service accounts and people who cannot log in do not count", async () => {
  const all = (role: string, ...names: readonly string[]): Declarations =>
    Object.fromEntries(names.map((name) => [name, { userId: `user-${name}`, role }]));
  const demoted = ["o0", "o1", "o2", "o3", "o4"];
  const removed = ["o5", "o6", "o7", "o8", "o9"];
  const engine = await startEngine({
    users: [
      ...people("owner", ...demoted, ...removed),
      ...people("owner", "robot").map((user) => ({ ...user, is_service_account: true })),
      ...people("owner", "dora").map((user) => ({ ...user, banned: true })),
    ],
    roles: all("owner", ...demoted, ...removed),
    env: { OPENAI_MAX_REMOVALS: "10" },
  });
  await engine.up();
  await engine.declare(all("member", ...demoted));
  const up = await engine.fails("up", "--parallel", "16");
  expect(up.writes).toHaveLength(9);
  const owners = engine.organization.users.all().filter(({ role }) => role === "owner");
  const [left, ...others] = owners.map(({ id }) => id);
  expect(others).toEqual(["user-robot", "user-dora"]);
  for (const { output } of [up, await engine.fails("destroy")])
    expect(output).toContain(`("${left ?? ""}") there would be no owner`);

  const destroyed = await engine.tries(["destroy", "--yes", "--skip-preview"], {
    env: { OPENAI_MIN_OWNERS: "0" },
  });
  expect(destroyed).toMatchObject({ code: 0, writes: [`delete_user ${left ?? ""}`] });
});

/** Alice is the only owner. */
const COUPLE = [...people("owner", "alice"), ...people("member", "bob")];

const SWAPPED = ["modify_user user-bob owner", "modify_user user-alice member"];
const SWAPPED_BACK = ["modify_user user-alice owner", "modify_user user-bob member"];

test("one is promoted and the only owner demoted, whatever the order, unless the promotion waits for the demotion", async () => {
  const role = `const role = (name, role, opts) =>
    new openai.OrganizationUserRole(name, { userId: "user-" + name, role }, opts);
  `;
  // More than are under way at once.
  const between = Array.from({ length: 18 }, (_, i) => `between${i + 1}`);
  const manyBetween = (first: string, last: string): string => `${role}
    role(...${first});
    for (let i = 1; i <= 18; i++) role("between" + i, "member");
    role(...${last});
  `;
  const engine = await startEngine({ users: [...COUPLE, ...people("member", ...between)] });
  await engine.program(`${role} role("alice", "member");`);
  expectRefused(await engine.fails("preview"));
  await engine.program(manyBetween('["alice", "member"]', '["bob", "owner"]'));
  expect((await engine.pulumi("up", "--yes", "--parallel", "1")).writes).toEqual(SWAPPED);
  await engine.program(manyBetween('["bob", "member"]', '["alice", "owner"]'));
  expect((await engine.pulumi("up", "--yes", "--parallel", "16")).writes).toEqual(SWAPPED_BACK);

  await engine.program(
    `${role} role("bob", "owner", { dependsOn: role("alice", "member") });
    for (let i = 1; i <= 18; i++) role("between" + i, "member");`,
  );
  const up = await engine.fails("up");
  expectRefused(up);
  expect(up.output).toContain("Declare another owner (one that does not wait for this resource,");
});

(hasYaml ? test : test.skip)(
  "through the plugin, one at a time, a demotion before the promotion is refused: run two at a time",
  async () => {
    // Programs in YAML have no such order: their host registers the resources at random.
    const program = Object.entries({ alice: "member", bob: "owner" }).map(([name, role]) => {
      const args = JSON.stringify({ userId: `user-${name}`, role });
      return `new pulumi.CustomResource("openai-organization:index:OrganizationUserRole", "${name}", ${args});\n`;
    });
    const engine = await startEngine({ users: COUPLE, links: yaml.links, program: program.join("") });
    const refused = await engine.fails("up", "--parallel", "1");
    expectRefused(refused);
    expect(refused.output).toContain("nor stands after it if you run with --parallel 1");
    expect((await engine.pulumi("up", "--yes", "--parallel", "2")).writes).toEqual(SWAPPED);
  },
);
