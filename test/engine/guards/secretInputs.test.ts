import { hasYaml, startAt, yaml } from "../doors";
import { startEngine, type Outcome } from "../engine";

// test/unit/organization/secrets.test.ts has every refusal; here is that each door knows what is secret, of a list, a map
// and a data source. test/engine/secrets.test.ts has a single text.

function expectHidden({ output }: Outcome, why: string): void {
  expect(output).toContain(why);
  expect(output).not.toMatch(/canary/i);
}

test("what a JavaScript program keeps secret is in no message, whatever is wrong with it", async () => {
  const engine = await startEngine({
    groups: [],
    program: `new openai.OrganizationRoster("people", {
      members: { "user-alice": "owner" }, ownersThroughGroups: "error", ownerGroups: pulumi.secret(["canary"]),
    });`,
  });
  expectHidden(await engine.fails("preview"), 'There is no group "[secret]"');
  await engine.program(
    `exports.one = openai.getOrganizationUserOutput({ email: pulumi.secret("canary@example.com") });`,
  );
  expectHidden(await engine.fails("preview"), 'nobody in the organization has the email "[secret]"');
});

(hasYaml ? test : test.skip)("nor what a YAML program does", async () => {
  const members = { "fn::secret": { "canary@example.com": "canaryrole" } };
  const engine = await startAt(yaml, { roster: { members } });
  expectHidden(await engine.fails("preview"), "must be one of");
});
