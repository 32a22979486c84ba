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

test("one program has the roles of two organizations, each with its own key, and never uses one for the other", async () => {
  const research = await startResearch();
  const headcount = (): number => engine.organization.users.all().length + research.users.all().length;
  const program = (bob: string): string => `${provider(research)}
    class Team extends pulumi.ComponentResource {
      constructor(name, opts) {
        super("company:people:Team", name, {}, opts);
        new openai.OrganizationUserRole("sam", { email: "sam@example.com", role: "owner" }, { parent: this });
        this.people = openai.getOrganizationUsers({ role: "member" }, { parent: this });
      }
    }
    new openai.OrganizationUserRole("bob", { email: "bob@example.com", role: "owner" }, ${bob});
    const team = new Team("team", { providers: [research] });
    const ids = ({ users }) => users.map((user) => user.userId);
    exports.default = openai.getOrganizationUsers({ role: "owner" }).then(ids);
    exports.byProvider = openai.getOrganizationUsers({ role: "owner" }, { provider: research }).then(ids);
    exports.byParent = team.people.then(ids);
  `;
  const env = { RESEARCH_ADMIN_KEY: KEY };
  const engine = await startEngine({ env, program: program("{}") });
  const people = headcount();
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
  const state = JSON.stringify(await engine.resources());
  expect(state).toContain("RESEARCH_ADMIN_KEY");
  // Nor encrypted.
  for (const text of ["CANARY", "ciphertext"]) expect(state).not.toContain(text);

  // Neither renaming a provider nor moving a person to another costs anybody the membership.
  research.users.change("user-sam", { role: "member" });
  await engine.program(program("{}").replace('"research"', '"laboratory"'));
  await engine.up();
  expect(roleOf(research, "user-sam")).toBe("owner");
  await engine.program(program("{ provider: research }"));
  await engine.up();
  // The engine takes the move for no change; the next refresh asks the other organization.
  await engine.up("--refresh");
  expect(roleOf(research, "user-bob-too")).toBe("owner");
  expect(roleOf(engine.organization, "user-bob")).toBe("owner");
  expect(headcount()).toBe(people);

  await engine.destroy();
  expect([roleOf(research, "user-bob-too"), roleOf(research, "user-sam")]).toEqual([undefined, undefined]);
  expect(roleOf(engine.organization, "user-bob")).toBe("owner");
});
