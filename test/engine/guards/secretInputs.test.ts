import { declareAt, hasYaml, startAt, yaml, type YamlProgram } from "../doors";
import { startEngine, type Outcome } from "../engine";

const withYaml = hasYaml ? test : test.skip;

const LONG = `${"canary".repeat(40)}@example.com`;
const TWICE = { "canary@example.com": "owner", "CANARY@example.com": "owner" };

function expectHidden({ output, code }: Outcome, why: string): void {
  expect(code).not.toBe(0);
  expect(output).toContain(why);
  expect(output).not.toMatch(/canary/i);
}

/** What is refused because of a secret in it, and why. */
const ROLES = [
  [{ email: "canary" }, { role: "owner" }, "An email must look like"],
  [{ email: LONG }, { role: "owner" }, "Nobody with the email"],
  [{ userId: "canary@example.com" }, { role: "owner" }, "is an email, not a user id"],
  [{ role: "canary" }, { userId: "user-bob" }, "A role must be one of"],
] as const;
const GROUPS = { members: { "user-alice": "owner" }, ownersThroughGroups: "error" };
const ROSTERS = [
  [{ members: TWICE }, {}, "are the same email"],
  [{ members: Object.keys(TWICE) }, {}, "with a role for each email or user id"],
  [{ members: { "canary@example.com": "canaryrole" } }, {}, "must be one of"],
  [{ ownerGroups: ["canary"] }, GROUPS, 'There is no group "[secret]"'],
] as const;

test("what a JavaScript program keeps secret is in no message, whatever is wrong with it", async () => {
  const engine = await startEngine({ groups: [] });
  const secret = (value: unknown): string => `pulumi.secret(${JSON.stringify(value)})`;
  const resources = { OrganizationUserRole: ROLES, OrganizationRoster: ROSTERS };
  for (const [type, cases] of Object.entries(resources)) {
    for (const [secrets, args, why] of cases) {
      const hidden = Object.entries(secrets).map(([name, value]) => `${name}: ${secret(value)}`);
      const all = `{ ...${JSON.stringify(args)}, ${hidden.join()} }`;
      await engine.program(`new openai.${type}("bob", ${all});`);
      expectHidden(await engine.fails("preview"), why);
    }
  }
  await engine.program(
    `exports.one = openai.getOrganizationUserOutput({ email: ${secret("canary@example.com")} });`,
  );
  expectHidden(await engine.fails("preview"), 'nobody in the organization has the email "[secret]"');
});

withYaml("nor what a YAML program does", async () => {
  const engine = await startAt(yaml, {}, { groups: [] });
  const hidden = (secrets: object): object =>
    Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [name, { "fn::secret": value as unknown }]),
    );
  const programs: [YamlProgram, string][] = [
    ...ROLES.map(([secrets, args, why]): [YamlProgram, string] => [
      { roles: { bob: { ...args, ...hidden(secrets) } } },
      why,
    ]),
    // The host itself refuses members that are no map.
    ...ROSTERS.filter(([secrets]) => !("members" in secrets && Array.isArray(secrets.members))).map(
      ([secrets, args, why]): [YamlProgram, string] => [{ roster: { ...args, ...hidden(secrets) } }, why],
    ),
  ];
  for (const [program, why] of programs) {
    await declareAt(yaml, engine, program);
    expectHidden(await engine.fails("preview"), why);
  }
});
