import { startEmulator, type Emulator } from "../../emulator/src";
import { closing, startEngine } from "./engine";

const KEY = "sk-admin-CANARY-research";

/** Another organization than the engine's, with one owner, one member, and a bob of its own. */
async function startResearch(): Promise<Emulator> {
  return closing(
    await startEmulator({
      adminKey: KEY,
      users: [
        { id: "user-rita", email: "rita@example.com", role: "owner" },
        { id: "user-sam", email: "sam@example.com", role: "member" },
        { id: "user-bob-too", email: "bob@example.com", role: "member" },
      ],
    }),
  );
}

function roleOf(organization: Emulator, id: string): string | null | undefined {
  return organization.users.get(id)?.role;
}

function provider(research: Emulator): string {
  return `const research = new openai.OrganizationProvider("research", {
    adminKeyVariable: "RESEARCH_ADMIN_KEY",
    baseUrl: ${JSON.stringify(research.url)},
  });`;
}

/** A program for two organizations, which declares Bob in the one that the options say. */
function bob(research: Emulator, options: string): string {
  return `${provider(research)}
    new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" }, ${options});`;
}

test("one program has the roles of two organizations, each with its own key, and never uses one for the other", async () => {
  const research = await startResearch();
  const engine = await startEngine({
    refreshes: true,
    env: { RESEARCH_ADMIN_KEY: KEY },
    program: `${provider(research)}
      class Team extends pulumi.ComponentResource {
        constructor(name, opts) {
          super("company:people:Team", name, {}, opts);
          new openai.OrganizationUserRole("sam", { email: "sam@example.com", role: "owner" }, { parent: this });
          this.people = openai.getOrganizationUsers({ role: "member" }, { parent: this });
        }
      }
      new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" });
      const team = new Team("team", { providers: [research] });
      const ids = ({ users }) => users.map((user) => user.userId);
      exports.default = openai.getOrganizationUsers({ role: "owner" }).then(ids);
      exports.byProvider = openai.getOrganizationUsers({ role: "owner" }, { provider: research }).then(ids);
      exports.byParent = team.people.then(ids);
    `,
  });
  const keyless = await engine.tries(["up", "--yes", "--skip-preview"], {
    env: { RESEARCH_ADMIN_KEY: undefined },
  });
  expect(keyless.output).toContain(
    'OrganizationProvider "research": There is no OpenAI admin key in the environment variable RESEARCH_ADMIN_KEY',
  );
  expect(keyless.code).not.toBe(0);
  expect(research.requests.log()).toEqual([]);

  await engine.up();
  expect(roleOf(engine.organization, "user-bob")).toBe("owner");
  expect(roleOf(research, "user-sam")).toBe("owner");
  expect(roleOf(research, "user-bob-too")).toBe("member");
  expect(await engine.outputs()).toEqual({
    default: ["user-alice"],
    byProvider: ["user-rita"],
    byParent: ["user-sam", "user-bob-too"],
  });
  const { stdout } = await engine.pulumi("stack", "export", "--show-secrets");
  expect(stdout).toContain("RESEARCH_ADMIN_KEY");
  expect(stdout).not.toContain("CANARY");

  research.users.change("user-sam", { role: "member" });
  const drift = await engine.preview();
  expect(drift.output).toMatch(/OrganizationUserRole sam +update \[diff: ~role\]/);
  await engine.destroy();
  expect([roleOf(engine.organization, "user-bob"), roleOf(research, "user-sam")]).toEqual([
    undefined,
    undefined,
  ]);
  expect(roleOf(research, "user-bob-too")).toBe("member");
});

test("neither moving a person to another provider nor renaming a provider costs anybody the membership", async () => {
  const research = await startResearch();
  const headcount = (): number => engine.organization.users.all().length + research.users.all().length;
  const ofResearch = bob(research, "{ provider: research }");
  const engine = await startEngine({
    env: { RESEARCH_ADMIN_KEY: KEY },
    program: ofResearch,
    refreshes: true,
  });
  const people = headcount();
  await engine.up();
  expect(roleOf(research, "user-bob-too")).toBe("owner");

  await engine.program(ofResearch.replace('"research"', '"laboratory"'));
  await engine.up();
  await engine.program(bob(research, "{}"));
  await engine.up();
  // The engine takes the move for no change; the next refresh asks the other organization.
  await engine.up();
  expect(roleOf(engine.organization, "user-bob")).toBe("owner");
  expect(headcount()).toBe(people);
});

test("an organization has one roster or single people, however late in a program, and each organization its own", async () => {
  const research = await startResearch();
  const roster = `new openai.OrganizationRoster("people", { members: { "user-alice": "owner" } });`;
  const person = `new openai.OrganizationUserRole("bob", { userId: pulumi.output("user-bob"), role: "member" });`;
  const late = (text: string): string =>
    `module.exports = async () => { await new Promise((resolve) => setTimeout(resolve, 200)); ${text} };`;
  const engine = await startEngine({ env: { RESEARCH_ADMIN_KEY: KEY }, program: person + late(roster) });
  const { output } = await engine.fails("preview");
  for (const text of ['OrganizationRoster "people"', 'OrganizationUserRole "bob"', "maps can be merged"])
    expect(output).toContain(text);
  await engine.program(roster + bob(research, "{ provider: research }"));
  await engine.up();
});
