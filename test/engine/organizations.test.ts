import { startEmulator, type Emulator } from "../../emulator/src";
import { closing, startEngine, type Engine } from "./engine";

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

function headcount(engine: Engine, research: Emulator): number {
  return engine.organization.users.all().length + research.users.all().length;
}

test("one program has the roles of two organizations, each with its own key, and the keys stay out of the state", async () => {
  const research = await startResearch();
  const engine = await startEngine({
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
  await engine.up();
  expect(roleOf(engine.organization, "user-bob")).toBe("owner");
  expect(roleOf(research, "user-sam")).toBe("owner");
  expect(roleOf(research, "user-bob-too")).toBe("member");
  expect(await engine.outputs()).toEqual({
    default: ["user-alice"],
    byProvider: ["user-rita"],
    byParent: ["user-sam", "user-bob-too"],
  });
  await engine.preview("--expect-no-changes");
  const { stdout } = await engine.pulumi("stack", "export", "--show-secrets");
  expect(stdout).toContain("RESEARCH_ADMIN_KEY");
  expect(stdout).not.toContain("CANARY");

  research.users.change("user-sam", { role: "member" });
  const drift = await engine.preview();
  expect(drift.output).toMatch(/OrganizationUserRole sam +update \[diff: ~role\]/);
  await engine.destroy();
  expect([engine.organization.users.get("user-bob"), research.users.get("user-sam")]).toEqual([
    undefined,
    undefined,
  ]);
  expect(research.users.get("user-bob-too")).toBeDefined();
});

test("without its own key a provider fails before anything is sent, and does not use the default organization's", async () => {
  const research = await startResearch();
  const engine = await startEngine({ program: bob(research, "{ provider: research }") });
  const { output } = await engine.fails("up");
  expect(output).toContain(
    'OrganizationProvider "research": There is no OpenAI admin key in the environment variable RESEARCH_ADMIN_KEY',
  );
  expect(research.requests.log()).toEqual([]);
});

test("neither moving a person to another provider nor renaming a provider costs anybody the membership", async () => {
  const research = await startResearch();
  const engine = await startEngine({
    env: { RESEARCH_ADMIN_KEY: KEY },
    program: bob(research, "{ provider: research }"),
  });
  const people = headcount(engine, research);
  await engine.up();
  expect(roleOf(research, "user-bob-too")).toBe("owner");

  await engine.program(bob(research, "{ provider: research }").replace('"research"', '"laboratory"'));
  await engine.up();
  await engine.program(bob(research, "{}"));
  await engine.up();
  // The engine takes the move for no change; the next refresh asks the other organization.
  await engine.up();
  expect(roleOf(engine.organization, "user-bob")).toBe("owner");
  expect(headcount(engine, research)).toBe(people);
});

test("an organization has one roster or single people, whichever the program has first, and each organization its own", async () => {
  const research = await startResearch();
  const roster = `new openai.OrganizationRoster("people", { members: { "user-alice": "owner" } });`;
  const person = `new openai.OrganizationUserRole("bob", { userId: pulumi.output("user-bob"), role: "member" });`;
  const late = (text: string): string =>
    `module.exports = async () => { await new Promise((resolve) => setTimeout(resolve, 200)); ${text} };`;
  const engine = await startEngine({ env: { RESEARCH_ADMIN_KEY: KEY }, program: roster + late(person) });
  const refused = async (program: string, ...said: string[]): Promise<void> => {
    await engine.program(program);
    const { output } = await engine.fails("preview");
    for (const text of said) expect(output).toContain(text);
  };
  const both = ['OrganizationRoster "people"', 'OrganizationUserRole "bob"', "maps can be merged"];
  await refused(roster + person, ...both);
  await refused(roster + late(person), ...both);
  await refused(person + late(roster), ...both);
  await refused(
    roster + late(roster.replace("people", "others")),
    'OrganizationRoster "others"',
    ...both.slice(0, 1),
  );

  await engine.program(roster + bob(research, "{ provider: research }"));
  await engine.up();
});
