import { startEngine } from "./engine";

const OWNER = `"alice@example.com": "owner"`;
const UNDEFINED = 'members has "bob@example.com" with nothing behind it (undefined)';
const NO_MAP = "members must be a plain object with a role for each email or user id, not";

const CASES: readonly (readonly [members: string, said: string])[] = [
  [`{ ${OWNER}, "bob@example.com": undefined }`, UNDEFINED],
  [`{ ${OWNER}, "bob@example.com": pulumi.output(undefined) }`, UNDEFINED],
  [`{ ${OWNER}, "bob@example.com": Promise.resolve(undefined) }`, UNDEFINED],
  [`pulumi.output({ ${OWNER}, "bob@example.com": undefined })`, UNDEFINED],
  [`{ ${OWNER}, "bob@example.com": () => "member" }`, 'members has "bob@example.com" with nothing behind it'],
  [`new Map([["alice@example.com", "owner"]])`, NO_MAP],
  [`pulumi.output(1).apply(() => new Map([["alice@example.com", "owner"]]))`, NO_MAP],
  [`[["alice@example.com", "owner"]]`, NO_MAP],
  [`new (class Team { get alice() { return "owner"; } })()`, NO_MAP],
  [`pulumi.secret({ "eve@example.com": undefined })`, "members has an entry with nothing behind it"],
];

test("members that Pulumi's SDK would silently drop are refused, and nobody is removed", async () => {
  // An organization can have one roster, and a program ends at the first error that it does not catch.
  const type = (n: number): string => (n < 2 ? "OrganizationRoster" : "ProjectRoster");
  const rosters = CASES.map(
    ([members], n) => `
      try {
        new openai.${type(n)}("case${n}", { project: "proj_a", members: ${members}, undeclaredMembers: "remove" });
      } catch (error) {
        pulumi.log.error(error.message);
      }`,
  );
  const engine = await startEngine({ program: rosters.join("") });
  const { output, writes } = await engine.fails("up");
  for (const [n, [, said]] of CASES.entries()) expect(output).toContain(`${type(n)} "case${n}": ${said}`);
  expect(output).not.toMatch(/^\s+at /m);
  expect(output).not.toContain("eve@example.com");
  expect(writes).toEqual([]);
});
