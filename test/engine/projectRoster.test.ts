import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { declareAt, hasYaml, javascript, startAt, yaml, type Program } from "./doors";
import { beforeAndAfter, startEngine, type Engine, type EngineOptions } from "./engine";

const AS_THEY_ARE = {
  "alice@example.com": "owner",
  "bob@example.com": "member",
  "carol@example.com": "member",
  "dan@example.com": "member",
};
const JO = "jo@example.com";

/** Bob and carol use one of two projects. */
const PROJECTS = {
  projects: [
    { id: "proj_a", name: "Chatbot", users: { "user-bob": "owner", "user-carol": "member" } },
    { id: "proj_b", name: "Search" },
    { id: "proj_old", name: "Attic", status: "archived" },
  ],
} as const;
const CHATBOT = 'project "Chatbot" ("proj_a")';
const MEMBERS = { "bob@example.com": "owner", "carol@example.com": "member" };

test("somebody joins the organization and a project, and leaves both, with one line each; owners of the organization are left alone, and another project replaces the roster", async () => {
  const program = (people: object, members: object, project = "proj_a"): Program => ({
    roster: { members: people, undeclaredMembers: "remove", absent: "invite" },
    projects: { chatbot: { project, members, undeclaredMembers: "remove" } },
  });
  const everybody = { ...AS_THEY_ARE, "erin@example.com": "member", [JO]: "member" };
  const members = { "bob@example.com": "member", "carol@example.com": "member", [JO]: "member" };
  const promoting = program({ ...everybody, "bob@example.com": "owner" }, members);
  const engine = await startAt(javascript, promoting, PROJECTS);
  const first = await engine.up();
  expect(first.writes.toSorted()).toEqual(["create_invite reader", "modify_user user-bob owner"]);
  expect(first.output).toContain(`Not there yet, and added to ${CHATBOT}`);
  expect(first.output).toContain(
    `Owner of ${CHATBOT}, whatever is declared there, as an owner of the organization`,
  );
  await engine.preview("--expect-no-changes");

  const { invites } = engine.organization;
  const jo = invites.accept(invites.all()[0]?.id ?? "");
  await declareAt(javascript, engine, program(everybody, members));
  const joined = await engine.up();
  const added = `"${JO}" ("${jo.id}", "User 6") to ${CHATBOT}: member (declared)`;
  for (const line of [`plan: add ${added}`, `added ${added}`]) expect(joined.output).toContain(line);
  expect(joined.writes[0]).toBe("modify_user user-bob member");
  expect(joined.writes.slice(1).toSorted()).toEqual([
    `create_project_user proj_a ${jo.id} member`,
    "modify_project_user proj_a user-bob member",
  ]);

  // A leaver whose line in the project was forgotten is removed all the same, and named before and after.
  await declareAt(javascript, engine, program(AS_THEY_ARE, members));
  const left = await engine.pulumi("up", "--yes");
  const [leaving, gone] = beforeAndAfter(left);
  expect(leaving).toContain(
    `Leaving the organization in this update, and so ${CHATBOT}: "${JO}" ("${jo.id}"). Take out the line.`,
  );
  expect(gone).toContain(`"${JO}" left the organization, and so ${CHATBOT}: take out the line.`);
  expect(left.writes.toSorted()).toEqual([`delete_user ${jo.id}`, "delete_user user-erin"].toSorted());

  await declareAt(javascript, engine, program(AS_THEY_ARE, MEMBERS, "proj_b"));
  const replaced = await engine.pulumi("up", "--yes", "--diff");
  const [before, after] = beforeAndAfter(replaced);
  expect(before).toMatch(/~ project\s*: "proj_a" => "proj_b"/);
  expect(before).toContain('plan: add "bob@example.com" ("user-bob", "Bob") to project "Search" ("proj_b")');
  expect(replaced.writes.toSorted()).toEqual([
    "create_project_user proj_b user-bob owner",
    "create_project_user proj_b user-carol member",
  ]);
  expect(after).toContain(`The roster of ${CHATBOT} is no longer managed; nobody's access was changed.`);
  const rosters = (await engine.resources()).filter(({ type }) => type.endsWith(":ProjectRoster"));
  expect(rosters.map(({ outputs }) => outputs)).toMatchObject([
    { project: "proj_b", projectName: "Search", members: MEMBERS },
  ]);
});

test("each project is listed once, and nobody is taken out before other projects are planned, even without a preview", async () => {
  const strict = { members: {}, undeclaredOwners: "remove", undeclaredMembers: "remove" };
  const projects = [
    PROJECTS.projects[0],
    { id: "proj_b", name: "Search", users: { "user-dan": "member" } },
  ] as const;
  const program = {
    projects: { one: { project: "proj_a", ...strict }, two: { project: "proj_b", ...strict } },
  };
  const engine = await startAt(javascript, program, { projects, env: { OPENAI_MAX_REMOVALS: "2" } });
  // The engine updates one roster while it asks for the other's plan.
  engine.organization.inject({
    when: ({ operation, projectId }) => operation === "list_project_users" && projectId === "proj_b",
    fault: { kind: "delay", ms: 2_000 },
  });
  const { output, writes, requests } = await engine.fails("up");
  expect(output).toContain("3 people not named in members would be removed from projects");
  expect(writes).toEqual([]);
  expect(requests.map(({ operation }) => operation).toSorted()).toEqual([
    "list_project_users",
    "list_project_users",
    "list_projects",
    "list_users",
  ]);
});

const ASK = (args: object): object => ({
  "fn::invoke": { function: "openai-organization:getProjects", arguments: args, return: "projects" },
});

type Start = (options: EngineOptions) => Promise<Engine>;

const IN_JAVASCRIPT: Start = (options) =>
  startEngine({
    ...options,
    program: `
      const found = openai.getProjects().then(({ projects }) => projects.find(({ name }) => name === "Chatbot").projectId);
      new openai.ProjectRoster("chatbot", { project: found, members: pulumi.secret(${JSON.stringify(MEMBERS)}) });
      exports.projects = openai.getProjectsOutput({ includeArchived: true }).projects;
    `,
  });

const IN_YAML: Start = (options) => {
  const chatbot = { project: "${found[0].projectId}", members: { "fn::secret": MEMBERS } };
  const more = { variables: { found: ASK({}) }, outputs: { projects: ASK({ includeArchived: true }) } };
  return startAt(yaml, { projects: { chatbot }, more }, options);
};

const LANGUAGES: readonly (readonly [string, Start])[] = [
  ["JavaScript", IN_JAVASCRIPT],
  ...(hasYaml ? ([["YAML", IN_YAML]] as const) : []),
];

test.each(LANGUAGES)(
  "a program in %s finds its project by getProjects, and its secret members are nowhere in plain text",
  async (_language, start) => {
    const engine = await start(PROJECTS);
    const changeByHand = (): void => {
      engine.organization.projects.setUser("proj_a", "user-bob", "member");
      engine.organization.projects.setUser("proj_a", "user-carol", undefined);
    };
    changeByHand();
    const up = await engine.up();
    expect(up.writes.toSorted()).toEqual([
      "create_project_user proj_a user-carol member",
      "modify_project_user proj_a user-bob owner",
    ]);
    expect(await engine.outputs()).toEqual({
      projects: [
        { projectId: "proj_a", name: "Chatbot", status: "active" },
        { projectId: "proj_b", name: "Search", status: "active" },
        { projectId: "proj_old", name: "Attic", status: "archived" },
      ],
    });
    changeByHand();
    const drift = await engine.fails("preview", "--diff", "--expect-no-changes");
    const state = JSON.stringify(await engine.resources());
    for (const text of [up.output, drift.output, state]) expect(text).not.toMatch(/(bob|carol)@example\.com/);
  },
);

const withYaml = hasYaml ? test : test.skip;

withYaml("a project is imported by its id as it is, but for an archived one", async () => {
  const engine = await startAt(yaml, {}, PROJECTS);
  const importing = (id: string): readonly string[] => [
    ...["import", "openai-organization:index:ProjectRoster", "chatbot", id],
    ...["--yes", "--skip-preview", "--out", "imported.yaml"],
  ];
  const archived = await engine.tries(importing("proj_old"));
  expect(archived.code).not.toBe(0);
  expect(archived.output).toContain("is archived");

  await engine.pulumi(...importing("proj_a"));
  const imported = await readFile(join(engine.sandbox.folder, "imported.yaml"), "utf8");
  expect(imported).toMatch(/bob@example\.com: owner\n\s+carol@example\.com: member\n/);
  await engine.sandbox.write("Pulumi.yaml", `name: people\nruntime: yaml\n${imported}`);
  await engine.preview("--expect-no-changes");
});
