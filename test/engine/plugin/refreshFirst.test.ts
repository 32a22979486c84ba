import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import type { Engine, EngineOptions, Outcome } from "../engine";

const withYaml = hasYaml ? test : test.skip;

const BOB = { bob: { userId: "user-bob", role: "owner" } };
const MEMBERS = { "alice@example.com": "owner", "bob@example.com": "owner" };

/** A program in a project that sets nothing, after its first update. */
async function deployed(program: YamlProgram, options: EngineOptions = {}): Promise<Engine> {
  const engine = await startAt(yaml, { refreshes: false, ...program }, options);
  await engine.up();
  return engine;
}

const sent = ({ requests }: Outcome): readonly string[] => requests.map(({ operation }) => operation);

withYaml(
  "a plain preview shows of single people and rosters what they have, and what they would get",
  async () => {
    for (const [program, picture] of [
      [{ roles: BOB }, /~ role\s*: "member" => "owner"/],
      [{ roster: { members: MEMBERS } }, /~ bob@example\.com\s*: "member" => "owner"/],
    ] as const) {
      const engine = await deployed(program);
      engine.organization.users.change("user-bob", { role: "member" });
      const drift = await engine.tries(["preview", "--diff", "--expect-no-changes"]);
      expect(drift.code).toBe(7);
      expect(drift.output).toMatch(picture);
      expect(sent(drift)).toHaveLength(1);
      expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
      await engine.preview("--expect-no-changes");
    }
  },
);

withYaml(
  "nothing is refreshed first where the key is the stack configuration's, so a rotated one works at once",
  async () => {
    const engine = await startAt(
      yaml,
      { roles: BOB, refreshes: false },
      { adminKey: "sk-admin-old", env: { OPENAI_ADMIN_KEY: undefined } },
    );
    const useKey = (key: string) =>
      engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", key);
    await useKey("sk-admin-old");
    await engine.up();
    engine.organization.setAdminKey("sk-admin-new");
    await useKey("sk-admin-new");
    engine.organization.users.change("user-bob", { role: "member" });
    expect((await engine.tries(["preview", "--expect-no-changes"])).code).toBe(7);
    expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
    await engine.preview("--expect-no-changes");
  },
);

withYaml("a key rotated in the environment works at once", async () => {
  const engine = await deployed({ roles: BOB }, { adminKey: "sk-admin-old" });
  engine.organization.setAdminKey("sk-admin-new");
  engine.organization.users.change("user-bob", { role: "member" });
  for (const args of [["preview"], ["up", "--yes"], ["destroy", "--yes"]]) {
    const { code } = await engine.tries(args, { env: { OPENAI_ADMIN_KEY: "sk-admin-new" } });
    expect(code).toBe(0);
  }
  expect(engine.organization.users.get("user-bob")).toBeUndefined();
});

withYaml(
  "a key that moves from the environment to the stack configuration needs the variable once more",
  async () => {
    const engine = await deployed({ roles: BOB }, { adminKey: "sk-admin-old" });
    const env = { OPENAI_ADMIN_KEY: undefined };
    await engine.pulumi("config", "set", "--secret", "openai-organization:adminKey", "sk-admin-old");
    const refused = await engine.tries(["preview"], { env });
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Set the environment variable OPENAI_ADMIN_KEY");
    await engine.up();
    for (const args of [
      ["preview", "--expect-no-changes"],
      ["up", "--yes"],
      ["preview", "--expect-no-changes"],
    ])
      expect((await engine.tries(args, { env })).code).toBe(0);
  },
);

withYaml("what is imported is refreshed first from then on", async () => {
  const engine = await startAt(yaml, { refreshes: false });
  const type = "openai-organization:index:OrganizationUserRole";
  await engine.pulumi("import", type, "bob", "user-bob", "--yes", "--skip-preview", "--protect=false");
  await declareAt(yaml, engine, { refreshes: false, roles: { bob: { userId: "user-bob", role: "member" } } });
  engine.organization.users.change("user-bob", { role: "owner" });
  expect((await engine.tries(["preview", "--expect-no-changes"])).code).toBe(7);
  expect((await engine.up()).writes).toEqual(["modify_user user-bob member"]);
  engine.organization.users.change("user-bob", { role: "owner" });
  expect((await engine.preview("--diff")).output).toMatch(/~ role\s*: "owner" => "member"/);
});

withYaml(
  "a target is read and changed alone, and --refresh=false changes nothing about what is seen",
  async () => {
    const engine = await deployed({
      roles: { ...BOB, carol: { userId: "user-carol", role: "owner" } },
    });
    for (const id of ["user-bob", "user-carol"]) engine.organization.users.change(id, { role: "member" });
    const bob = (await engine.resources()).find(({ urn }) => urn.endsWith("::bob"))?.urn ?? "";
    const targeted = await engine.preview("--target", bob);
    expect(targeted.requests.map(({ userId }) => userId)).toEqual(["user-bob"]);
    expect((await engine.up("--target", bob, "--refresh=false")).writes).toEqual([
      "modify_user user-bob owner",
    ]);
    expect((await engine.up("--refresh=false")).writes).toEqual(["modify_user user-carol owner"]);
  },
);

withYaml("a person who has left is named by every preview, and a destroy goes on without", async () => {
  const engine = await deployed({ roles: { ...BOB, carol: { userId: "user-carol", role: "member" } } });
  engine.organization.users.remove("user-bob");
  expect((await engine.fails("preview")).output).toContain('The user "user-bob" is not in the organization.');
  expect((await engine.destroy()).writes).toEqual(["delete_user user-carol"]);
  expect(await engine.state()).toEqual({});
});

withYaml("a secret email is in no picture of what is refreshed first", async () => {
  const email = { "fn::secret": "bob@example.com" };
  const engine = await deployed({ roles: { bob: { email, role: "owner" } } });
  engine.organization.users.change("user-bob", { role: "member" });
  for (const outcome of [await engine.preview("--diff"), await engine.up("--diff")]) {
    expect(outcome.output).not.toContain("bob@example.com");
    expect(outcome.output).toContain('"[secret]" ("user-bob"): member to owner (declared)');
  }
});

withYaml(
  "300 people take a few requests a preview, and no more with an explicit refresh",
  async () => {
    const users = Array.from({ length: 300 }, (_user, i) => ({
      id: `user-${i}`,
      role: i === 0 ? ("owner" as const) : ("member" as const),
    }));
    const roles = Object.fromEntries(
      users.map(({ id, role }) => [id, { userId: id, role, onDelete: "retain" }]),
    );
    const engine = await deployed({ roles }, { users });
    const plain = sent(await engine.preview("--expect-no-changes"));
    expect(plain.length).toBeLessThanOrEqual(4);
    const refreshed = sent(await engine.preview("--expect-no-changes", "--refresh"));
    expect(refreshed.length).toBeLessThanOrEqual(4);
  },
  900_000,
);
