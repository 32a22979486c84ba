import { declareAt, hasYaml, startAt, yaml } from "../doors";
import { startEngine, type Outcome } from "../engine";

function expectHidden({ output, code }: Outcome, why: string): void {
  expect(code).not.toBe(0);
  expect(output).toContain(why);
  expect(output).not.toMatch(/canary/i);
}

/** The program's secret, what else it says, and why it is refused. test/unit/organization/secrets.test.ts has every refusal. */
const ROLE = [
  { email: "canary@example.com" },
  { role: "owner" },
  'Nobody with the email "[secret]"',
] as const;
const MEMBERS = [{ members: { "canary@example.com": "canaryrole" } }, {}, "must be one of"] as const;
const GROUPS = { members: { "user-alice": "owner" }, ownersThroughGroups: "error" };
const GROUP = [{ ownerGroups: ["canary"] }, GROUPS, 'There is no group "[secret]"'] as const;

test("what a JavaScript program keeps secret is in no message, whatever is wrong with it", async () => {
  const engine = await startEngine({ groups: [] });
  const secret = (value: unknown): string => `pulumi.secret(${JSON.stringify(value)})`;
  for (const [type, [secrets, args, why]] of [
    ["OrganizationUserRole", ROLE],
    ["OrganizationRoster", MEMBERS],
    ["OrganizationRoster", GROUP],
  ] as const) {
    const hidden = Object.entries(secrets).map(([name, value]) => `${name}: ${secret(value)}`);
    await engine.program(`new openai.${type}("bob", { ...${JSON.stringify(args)}, ${hidden.join()} });`);
    expectHidden(await engine.fails("preview"), why);
  }
  await engine.program(
    `exports.one = openai.getOrganizationUserOutput({ email: ${secret("canary@example.com")} });`,
  );
  expectHidden(await engine.fails("preview"), 'nobody in the organization has the email "[secret]"');
});

(hasYaml ? test : test.skip)("nor what a YAML program does", async () => {
  const hidden = ([secrets, args]: readonly [object, object, string]): Readonly<Record<string, unknown>> => ({
    ...args,
    ...Object.fromEntries(
      Object.entries(secrets).map(([name, value]) => [name, { "fn::secret": value as unknown }]),
    ),
  });
  const engine = await startAt(yaml, { roles: { bob: hidden(ROLE) } });
  expectHidden(await engine.fails("preview"), ROLE[2]);
  await declareAt(yaml, engine, { roster: hidden(MEMBERS) });
  expectHidden(await engine.fails("preview"), MEMBERS[2]);
});
