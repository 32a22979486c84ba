import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { declareAt, DOORS, hasYaml, startAt, yaml, type Program } from "./doors";
import { startEngine, type Engine } from "./engine";

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

const chatbot = (members: object, more: object = {}): Program => ({
  projects: { chatbot: { project: "proj_a", members, ...more } },
});

async function projectOf(engine: Engine): Promise<unknown> {
  const resources = await engine.resources();
  return resources.find(({ type }) => type.endsWith(":ProjectRoster"))?.outputs;
}

describe.each(DOORS)("a project's roster in %s", (_language, door) => {
  test("lets somebody join the organization and a project, and leave both, with one line each", async () => {
    const organization = { undeclaredMembers: "remove", absent: "invite" };
    const both = (people: object, members: object): Program => ({
      roster: { members: people, ...organization },
      ...chatbot(members, { undeclaredMembers: "remove" }),
    });
    const everybody = { ...AS_THEY_ARE, "erin@example.com": "member", [JO]: "member" };
    const engine = await startAt(door, both(everybody, { ...MEMBERS, [JO]: "member" }), PROJECTS);
    const first = await engine.up();
    expect(first.writes).toEqual(["create_invite reader"]);
    expect(first.output).toContain(`Not there yet, and added to ${CHATBOT}`);
    await engine.preview("--expect-no-changes");

    const { invites } = engine.organization;
    const jo = invites.accept(invites.all()[0]?.id ?? "");
    const plan = (await engine.preview()).output;
    expect(plan).toContain(`plan: add "${JO}" ("${jo.id}", "User 6") to ${CHATBOT}: member (declared)`);
    expect((await engine.up()).writes).toEqual([`create_project_user proj_a ${jo.id} member`]);
    await engine.preview("--expect-no-changes");

    // A leaver whose line in the project was forgotten is removed all the same, and named before and after.
    await declareAt(door, engine, both(AS_THEY_ARE, { ...MEMBERS, [JO]: "member" }));
    expect((await engine.preview()).output).toContain(
      `Leaving the organization in this update, and so ${CHATBOT}: "${JO}" ("${jo.id}"). Take out the line.`,
    );
    const left = await engine.up();
    expect(left.writes.toSorted()).toEqual([`delete_user ${jo.id}`, "delete_user user-erin"].toSorted());
    expect(left.output).toContain(`"${JO}" left the organization, and so ${CHATBOT}: take out the line.`);
    await declareAt(door, engine, both(AS_THEY_ARE, MEMBERS));
    expect((await engine.up()).writes).toEqual([]);
    await engine.preview("--expect-no-changes");
  });

  test("leaves whom the organization's roster makes an owner alone, and does the rest in one update once they are none", async () => {
    const program = (bob: string): Program => ({
      roster: { members: { ...AS_THEY_ARE, "bob@example.com": bob }, undeclaredMembers: "ignore" },
      ...chatbot({ "bob@example.com": "member", "carol@example.com": "member" }),
    });
    const engine = await startAt(door, program("owner"), PROJECTS);
    const { output, writes } = await engine.up();
    expect(writes).toEqual(["modify_user user-bob owner"]);
    expect(output).toContain(
      `Owner of ${CHATBOT}, whatever is declared there, as an owner of the organization`,
    );
    await engine.preview("--expect-no-changes");
    await declareAt(door, engine, program("member"));
    expect((await engine.up()).writes).toEqual([
      "modify_user user-bob member",
      "modify_project_user proj_a user-bob member",
    ]);
    await engine.preview("--expect-no-changes");
  });

  test("is replaced for another project, and changes nobody in the one before", async () => {
    const engine = await startAt(door, chatbot(MEMBERS), PROJECTS);
    await engine.up();
    await declareAt(door, engine, { projects: { chatbot: { project: "proj_b", members: MEMBERS } } });
    const preview = await engine.preview("--diff");
    expect(preview.output).toMatch(/~ project\s*: "proj_a" => "proj_b"/);
    expect(preview.output).toContain(
      'plan: add "bob@example.com" ("user-bob", "Bob") to project "Search" ("proj_b")',
    );
    const up = await engine.up();
    expect(up.writes.toSorted()).toEqual([
      "create_project_user proj_b user-bob owner",
      "create_project_user proj_b user-carol member",
    ]);
    expect(up.output).toContain(
      `The roster of ${CHATBOT} is no longer managed; nobody's access was changed.`,
    );
    expect(await projectOf(engine)).toMatchObject({
      project: "proj_b",
      projectName: "Search",
      members: MEMBERS,
    });
  });

  test("is refused in the preview for a project that is unknown or archived, or has a roster already", async () => {
    const engine = await startAt(
      door,
      { projects: { lost: { project: "proj_zzz", members: {} } } },
      PROJECTS,
    );
    expect((await engine.fails("preview")).output).toContain(
      'There is no project "proj_zzz" in the organization.',
    );
    await declareAt(door, engine, { projects: { lost: { project: "proj_old", members: {} } } });
    expect((await engine.fails("preview")).output).toContain('Project "Attic" ("proj_old") is archived');
    const one = { project: "proj_a", members: MEMBERS };
    await declareAt(door, engine, { projects: { one, two: one } });
    const { output } = await engine.fails("preview");
    const [, ...names] = /Two rosters of this program are for .*: "(\S+)" and "(\S+)"/.exec(output) ?? [];
    expect(names.map((name) => name.split("::").at(-1)).toSorted()).toEqual(["one", "two"]);
  });

  test("takes nobody out before the rosters of other projects are planned, even without a preview", async () => {
    const strict = { members: {}, undeclaredOwners: "remove", undeclaredMembers: "remove" };
    const projects = [
      PROJECTS.projects[0],
      { id: "proj_b", name: "Search", users: { "user-dan": "member" } },
    ] as const;
    const program = {
      projects: { one: { project: "proj_a", ...strict }, two: { project: "proj_b", ...strict } },
    };
    const engine = await startAt(door, program, { projects, env: { OPENAI_MAX_REMOVALS: "2" } });
    // The engine updates one roster while it asks for the other's plan.
    engine.organization.inject({
      when: ({ operation, projectId }) => operation === "list_project_users" && projectId === "proj_b",
      fault: { kind: "delay", ms: 2_000 },
    });
    const { output, writes } = await engine.fails("up");
    expect(output).toContain("3 people not named in members would be removed from projects");
    expect(writes).toEqual([]);
  });

  test("asks once for each project, and once for all people and all projects", async () => {
    const one = { project: "proj_a", members: MEMBERS };
    const engine = await startAt(
      door,
      { projects: { one, two: { project: "proj_b", members: {} } } },
      PROJECTS,
    );
    await engine.up();
    const { requests } = await engine.preview("--expect-no-changes");
    expect(requests.map(({ operation }) => operation).toSorted()).toEqual([
      "list_project_users",
      "list_project_users",
      "list_projects",
      "list_users",
    ]);
  });
});

const SECRET = `
  const members = pulumi.secret(${JSON.stringify(MEMBERS)});
  new openai.ProjectRoster("chatbot", { project: "proj_a", members });
`;
const SECRETLY = [
  ["JavaScript", { program: SECRET }],
  ...(hasYaml
    ? ([["YAML", { files: yaml.files(chatbot({ "fn::secret": MEMBERS })), links: yaml.links }]] as const)
    : []),
] as const;

test.each(SECRETLY)("secret members are nowhere in plain text, in %s", async (_language, program) => {
  const engine = await startEngine({ ...program, ...PROJECTS });
  const said = [await engine.preview("--diff"), await engine.up()];
  engine.organization.projects.setUser("proj_a", "user-bob", "member");
  engine.organization.projects.setUser("proj_a", "user-carol", undefined);
  said.push(await engine.preview("--diff"), await engine.up(), await engine.pulumi("stack", "export"));
  expect(said[3]?.writes).toHaveLength(2);
  for (const { output } of said) expect(output).not.toMatch(/(bob|carol)@example\.com/);
});

const BY_NAME = `
  const found = openai.getProjects().then(({ projects }) => projects.find(({ name }) => name === "Chatbot").projectId);
  new openai.ProjectRoster("chatbot", { project: found, members: ${JSON.stringify(MEMBERS)} });
  exports.projects = openai.getProjectsOutput({ includeArchived: true }).projects;
`;
const ASK = (args: object): object => ({
  "fn::invoke": { function: "openai-organization:getProjects", arguments: args, return: "projects" },
});
const byName = yaml.files({
  projects: { chatbot: { project: "${found[0].projectId}", members: MEMBERS } },
  more: { variables: { found: ASK({}) }, outputs: { projects: ASK({ includeArchived: true }) } },
});

test.each([
  ["JavaScript", { program: BY_NAME }],
  ...(hasYaml ? ([["YAML", { files: byName, links: yaml.links }]] as const) : []),
] as const)("a program finds its project by getProjects, in %s", async (_language, program) => {
  const engine = await startEngine({ ...program, ...PROJECTS });
  expect((await engine.up()).writes).toEqual([]);
  expect(await engine.outputs()).toEqual({
    projects: [
      { projectId: "proj_a", name: "Chatbot", status: "active" },
      { projectId: "proj_b", name: "Search", status: "active" },
      { projectId: "proj_old", name: "Attic", status: "archived" },
    ],
  });
});

const withYaml = hasYaml ? test : test.skip;

withYaml("a project is imported by its id as it is; none that is unknown or archived", async () => {
  const engine = await startAt(yaml, {}, PROJECTS);
  const type = "openai-organization:index:ProjectRoster";
  await engine.pulumi(
    "import",
    type,
    "chatbot",
    "proj_a",
    "--yes",
    "--skip-preview",
    "--out",
    "imported.yaml",
  );
  const imported = await readFile(join(engine.sandbox.folder, "imported.yaml"), "utf8");
  expect(imported).toMatch(/bob@example\.com: owner\n\s+carol@example\.com: member\n/);
  await engine.sandbox.write(
    "Pulumi.yaml",
    `name: people\nruntime: yaml\noptions: { refresh: always }\n${imported}`,
  );
  await engine.preview("--expect-no-changes");
  for (const [id, told] of [
    ["proj_zzz", 'There is no project "proj_zzz"'],
    ["proj_old", "is archived"],
  ] as const) {
    const { code, output } = await engine.tries(["import", type, "other", id, "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain(told);
  }
});
