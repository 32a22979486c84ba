import type { EmulatorOptions } from "../../../emulator/src";
import { check } from "../../../provider/src/organization/check";
import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { projectRoster } from "../../../provider/src/organization/project/project";
import type { ProjectState } from "../../../provider/src/organization/project/projectState";
import { checkRoster } from "../../../provider/src/organization/roster/roster";
import type { Session } from "../../../provider/src/organization/session";
import { failureOf } from "../../api/clientSupport";
import {
  endAll,
  open as openWith,
  organizationIs,
  partOf,
  person,
  requests,
  writes,
  type Opened,
} from "./support";
import type { Numbers } from "../../limits";
import { peopleIn } from "../../peopleIn";

afterEach(endAll);

/** An organization's owner and four members; bob owns the project, and carol and dan use it. */
const ORGANIZATION: EmulatorOptions = {
  users: [person("alice", "owner"), ...["bob", "carol", "dan", "erin"].map((name) => person(name))],
  projects: [
    {
      id: "proj_a",
      name: "Chatbot",
      users: { "user-bob": "owner", "user-carol": "member", "user-dan": "member" },
    },
    { id: "proj_b", name: "Search", users: { "user-bob": "member", "user-carol": "member" } },
    { id: "proj_old", name: "Attic", status: "archived" },
  ],
};

const AS_IT_IS = { "bob@example.com": "owner", "carol@example.com": "member", "user-dan": "member" } as const;
const ALL_GO = { undeclaredOwners: "remove", undeclaredMembers: "remove" } as const;
const CHATBOT = 'project "Chatbot" ("proj_a")';
const OWNERS =
  'Owners of the organization are owners of every project, and are left alone there: "alice@example.com" ("user-alice").';

const open = (limits: Numbers = {}): Promise<Opened> => openWith(ORGANIZATION, limits);

const program = (members: object, policies: object = {}, project = "proj_a"): RawInputs => ({
  project,
  members,
  ...policies,
});

const checkIt = (session: Session, inputs: RawInputs, olds: object = {}) =>
  check(session, projectRoster, { resource: "it#0" }, { ...olds }, inputs);

/** What the engine would do about one roster in one command. */
async function up(
  session: Session,
  inputs: RawInputs,
  before?: ProjectState,
): Promise<{ readonly state: ProjectState; readonly changes: boolean }> {
  const { inputs: checked, problems } = await checkIt(session, inputs, before);
  if (problems.length > 0) throw new Error(problems.map(({ reason }) => reason).join(" "));
  const news = checked as RawInputs;
  if (before === undefined) {
    const { state } = await projectRoster.create(session, news);
    return { state: state as ProjectState, changes: true };
  }
  const id = before.project;
  const { changes } = await projectRoster.diff(session, id, { ...before }, news, { ignored: [] });
  const state = changes ? await projectRoster.update(session, id, { ...before }, news, []) : before;
  return { state: state as ProjectState, changes };
}

/** An organization with the project's roster in the state. */
async function deployed(members: object = AS_IT_IS, policies: object = {}) {
  const opened = await open();
  return { ...opened, ...(await up(opened.session, program(members, policies))) };
}

const refresh = ({ later }: Opened, state: ProjectState) =>
  projectRoster.read(later(), "proj_a", { ...state });

/** Who is in a project, without the organization's owners. */
function users({ emulator }: Opened, project = "proj_a"): unknown {
  return emulator.projects.get(project)?.users;
}

const planned = (said: readonly string[]): string[] => said.filter((line) => line.startsWith("plan: "));

test("a project as declared costs three listings, is sent nothing, and has its owners by the organization named once", async () => {
  const { session, emulator, said, later } = await open();
  const { state } = await up(session, program(AS_IT_IS));
  expect(requests(emulator)).toEqual({ list_users: 1, list_projects: 1, list_project_users: 1 });
  expect(said).toEqual([OWNERS]);
  expect(state).toEqual({
    project: "proj_a",
    projectName: "Chatbot",
    members: AS_IT_IS,
    people: JSON.stringify({
      "bob@example.com": "user-bob",
      "carol@example.com": "user-carol",
      "user-dan": "user-dan",
    }),
    undeclaredOwners: "warn",
    absent: "warn",
  });
  expect(await up(later(), program(AS_IT_IS), state)).toEqual({ state, changes: false });
});

describe("changes", () => {
  const NEW = {
    "bob@example.com": "member",
    "CAROL@example.com": "owner",
    "erin@example.com": "member",
  } as const;

  test("are told harm first with the project named, and made the other way round", async () => {
    const opened = await deployed(NEW, { undeclaredMembers: "remove" });
    expect(planned(opened.said)).toEqual([
      `plan: remove "dan@example.com" ("user-dan", "dan") from ${CHATBOT}: member (undeclared member)`,
      `plan: demote "bob@example.com" ("user-bob", "bob") in ${CHATBOT}: owner to member (declared)`,
      `plan: promote "carol@example.com" ("user-carol", "carol") in ${CHATBOT}: member to owner (declared)`,
      `plan: add "erin@example.com" ("user-erin", "erin") to ${CHATBOT}: member (declared)`,
    ]);
    const [first, second, ...rest] = writes(opened.emulator);
    expect([first, second].toSorted()).toEqual([
      "create_project_user proj_a user-erin member",
      "modify_project_user proj_a user-carol owner",
    ]);
    expect(rest).toEqual([
      "modify_project_user proj_a user-bob member",
      "delete_project_user proj_a user-dan",
    ]);
    expect(opened.said).toContain(
      `removed "dan@example.com" ("user-dan", "dan") from ${CHATBOT}: member (undeclared member)`,
    );
    expect(opened.state.members).toEqual(NEW);
    const again = await up(opened.later(), program(NEW, { undeclaredMembers: "remove" }), opened.state);
    expect(again.changes).toBe(false);
  });

  test("made elsewhere are seen entry by entry, and undone", async () => {
    const opened = await deployed(AS_IT_IS, { undeclaredMembers: "remove" });
    const { projects } = opened.emulator;
    projects.setUser("proj_a", "user-dan", undefined);
    projects.setUser("proj_a", "user-erin", "member");
    projects.setUser("proj_a", "user-carol", "owner");
    const read = await refresh(opened, opened.state);
    const news = { ...opened.state, members: AS_IT_IS };
    const oldInputs = { ...read?.inputs };
    expect(read?.inputs).toHaveProperty("members", {
      "bob@example.com": "owner",
      "carol@example.com": "owner",
      "erin@example.com": "member (undeclared)",
    });
    const session = opened.later();
    const { differences } = await projectRoster.diff(session, "proj_a", { ...read?.state }, news, {
      oldInputs,
      ignored: [],
    });
    expect(differences).toEqual([
      { path: 'members["carol@example.com"]', kind: "update", isOfInputs: false },
      { path: 'members["user-dan"]', kind: "add", isOfInputs: false },
      { path: 'members["erin@example.com"]', kind: "delete", isOfInputs: true },
    ]);
    await up(session, program(AS_IT_IS, { undeclaredMembers: "remove" }), read?.state as ProjectState);
    expect(users(opened)).toEqual({ "user-bob": "owner", "user-carol": "member", "user-dan": "member" });
  });

  test("made elsewhere are still the roster's after many refreshes, and the entry means the same person", async () => {
    const opened = await deployed();
    opened.emulator.projects.setUser("proj_a", "user-bob", undefined);
    opened.emulator.users.change("user-bob", { email: "robert@example.com" });
    const once = await refresh(opened, opened.state);
    const twice = await refresh(opened, once?.state as ProjectState);
    await up(opened.later(), program(AS_IT_IS), twice?.state as ProjectState);
    expect(writes(opened.emulator)).toEqual(["create_project_user proj_a user-bob owner"]);
  });

  test("that fail leave the rest to the next update, and tell what was not done", async () => {
    const opened = await deployed();
    const news = program({ ...NEW, "user-dan": "member" });
    opened.emulator.inject({
      operation: "create_project_user",
      fault: { kind: "status", status: 403, body: { error: { message: "not today" } } },
    });
    const { reasons, state } = await partOf(up(opened.later(), news, opened.state));
    expect(reasons).toEqual([
      expect.stringMatching(/^Could not add "erin@example.com" \("user-erin"\): .*not today/),
    ]);
    // Promotions went with the additions; demotions did not begin.
    expect(users(opened)).toEqual({ "user-bob": "owner", "user-carol": "owner", "user-dan": "member" });
    expect(state.members).toEqual({
      "bob@example.com": "owner",
      "CAROL@example.com": "owner",
      "user-dan": "member",
    });
    opened.emulator.requests.reset();
    await up(opened.later(), news, state as ProjectState);
    expect(writes(opened.emulator).toSorted()).toEqual([
      "create_project_user proj_a user-erin member",
      "modify_project_user proj_a user-bob member",
    ]);
  });

  test.each([
    ["taken out of the project or the organization", ALL_GO, "removed"],
    ["demoted", { undeclaredOwners: "demote" }, "demoted"],
  ])("of people who are gone by then are done, and not told: %s", async (_what, policies, told) => {
    const { session, emulator, said } = await open();
    const { inputs } = await checkIt(session, program({}, policies));
    for (const id of ["user-bob", "user-dan"]) emulator.projects.setUser("proj_a", id, undefined);
    emulator.users.remove("user-carol");
    await projectRoster.create(session, inputs as RawInputs);
    expect(said.filter((line) => line.startsWith(told))).toEqual([]);
  });
});

test.each<[string, (emulator: Opened["emulator"]) => void, string, string]>([
  [
    "an owner",
    ({ users }) => users.change("user-carol", { role: "owner" }),
    "carol",
    `an owner of ${CHATBOT}`,
  ],
  [
    "an owner, who owned the project before",
    ({ users }) => users.change("user-bob", { role: "owner" }),
    "bob",
    "an owner",
  ],
  [
    "a member of the project, who owned it before",
    ({ projects }) => projects.setUser("proj_a", "user-bob", "member"),
    "bob",
    `a member of ${CHATBOT}`,
  ],
])("somebody who has become %s since the plan is not taken out, and an error says why", async (...given) => {
  const [, happens, name, become] = given;
  const opened = await open();
  const { inputs } = await checkIt(opened.session, program({ "user-dan": "member" }, ALL_GO));
  const created = partOf(projectRoster.create(opened.session, inputs as RawInputs));
  happens(opened.emulator);
  const who = `"${name}@example.com" ("user-${name}")`;
  expect((await created).reasons).toEqual([
    `Could not remove ${who}: ${who} has become ${become} meanwhile, and was left alone: run pulumi up again.`,
  ]);
  expect(writes(opened.emulator)).toHaveLength(1);
  expect(requests(opened.emulator)).toMatchObject({ retrieve_project_user: 2 });
});

describe("who is undeclared", () => {
  test("stays, and an owner is named; who was declared until now is told to stay", async () => {
    const opened = await deployed();
    const { changes } = await up(opened.later(), program({ "user-dan": "member" }), opened.state);
    expect(changes).toBe(true);
    expect(writes(opened.emulator)).toEqual([]);
    expect(opened.said).toContain(
      `warning: Owners of ${CHATBOT} missing from members: "bob@example.com" ("user-bob").`,
    );
    expect(planned(opened.said)).toEqual([
      `plan: "bob@example.com" ("user-bob", "bob") stays in ${CHATBOT} as owner (no longer declared, undeclaredOwners is warn)`,
      `plan: "carol@example.com" ("user-carol", "carol") stays in ${CHATBOT} as member (no longer declared, undeclaredMembers is ignore)`,
    ]);
  });

  test("is refused, demoted or removed, as the policies say", async () => {
    const opened = await open();
    const refuse = { undeclaredOwners: "error", undeclaredMembers: "error" };
    expect((await failureOf(up(opened.session, program({}, refuse)))).message).toMatch(
      /^members: Owners of project "Chatbot" .* "bob@example.com" .*Declare them.* Members of project "Chatbot"/,
    );
    await up(opened.later(), program({}, { undeclaredOwners: "demote" }));
    await up(opened.later(), program({}, ALL_GO));
    expect(users(opened)).toEqual({});
  });

  test("counts as one person however many projects they leave, apart from the organization's removals", async () => {
    const opened = await open({ maxRemovals: 2 });
    // Bob and carol leave both projects.
    await up(opened.session, program({ "user-dan": "member" }, ALL_GO));
    await up(opened.session, program({}, ALL_GO, "proj_b"));
    expect([users(opened), users(opened, "proj_b")]).toEqual([{ "user-dan": "member" }, {}]);
  });

  test("is counted with whom other rosters take out, even if one is updated while another still plans", async () => {
    const opened = await open({ maxRemovals: 2 });
    const { session, emulator } = opened;
    emulator.projects.setUser("proj_b", "user-dan", "member");
    const { inputs, problems } = await checkIt(session, program({ "user-dan": "member" }, ALL_GO));
    expect(problems).toEqual([]);
    const [first, second] = await Promise.all([
      failureOf(projectRoster.create(session, inputs as RawInputs)),
      checkIt(session, program({}, ALL_GO, "proj_b")),
    ]);
    for (const refusal of [first.message, second.problems[0]?.reason])
      expect(refusal).toContain(
        "3 people not named in members would be removed from projects, or demoted there, but one update may do that to at " +
          "most 2 (openai-organization:maxRemovals)",
      );
    expect(writes(opened.emulator)).toEqual([]);
  });

  test("and not listed in the organization, is left alone, and named", async () => {
    const opened = await open();
    const { session, emulator } = opened;
    await session.directory.list();
    emulator.users.add({ id: "user-late", email: "late@example.com" });
    emulator.projects.setUser("proj_a", "user-late", "member");
    await up(session, program(AS_IT_IS, { undeclaredMembers: "remove" }));
    expect(writes(opened.emulator)).toEqual([]);
    expect(opened.said).toContain(
      `warning: In ${CHATBOT}, not listed in the organization, and left alone: "late@example.com" ("user-late").`,
    );
  });
});

describe("owners of the organization", () => {
  const OWNS = `warning: Owner of ${CHATBOT}, whatever is declared there, as an owner of the organization: "alice@example.com" ("user-alice").`;

  test("are right as owner, and as member a line says why they stay one", async () => {
    const opened = await deployed({ ...AS_IT_IS, "alice@example.com": "owner" });
    const news = program({ ...AS_IT_IS, "alice@example.com": "member" });
    const { state } = await up(opened.later(), news, opened.state);
    expect(writes(opened.emulator)).toEqual([]);
    expect(opened.said).toContainEqual(expect.stringContaining(OWNS));
    // Said at each command, and no drift.
    opened.emulator.users.change("user-bob", { role: "owner" });
    expect((await up(opened.later(), news, state)).changes).toBe(false);
    // The role in the organization has changed: the rest is done.
    opened.emulator.users.change("user-alice", { role: "member" });
    expect((await up(opened.later(), news, state)).changes).toBe(true);
    expect(writes(opened.emulator)).toEqual(["create_project_user proj_a user-alice member"]);
  });

  test("are also those whom the program makes owners, and whom it makes members until it has, whatever is declared", async () => {
    const opened = await open();
    const roster = { "alice@example.com": "member", "bob@example.com": "owner", "erin@example.com": "owner" };
    await checkRoster(opened.session, { resource: "people#0" }, {}, { members: roster });
    const declared = { ...AS_IT_IS, "alice@example.com": "owner", "user-erin": "owner" };
    await up(opened.session, program(declared, ALL_GO));
    expect(writes(opened.emulator)).toEqual([]);
    expect(opened.said.slice(-2)).toEqual([
      'Owners of the organization are owners of every project, and are left alone there: "bob@example.com" ("user-bob"), "erin@example.com" ("user-erin").',
      `${OWNS} Once that role has changed, the next update sets the declared one (the same update, if this roster ` +
        "depends on the organization's).",
    ]);
  });

  test.each(["owner", "member"])(
    "who are none any more become %s in the same process, though the project was listed before",
    async (role) => {
      const { session, emulator } = await open();
      emulator.users.change("user-bob", { role: "owner" });
      const inputs = program({ ...AS_IT_IS, "alice@example.com": role });
      const { state } = await up(session, inputs);
      await session.directory.modify("user-alice", "member");
      await up(session, inputs, state);
      const added = `create_project_user proj_a user-alice ${role}`;
      expect(writes(emulator)).toEqual(["modify_user user-alice member", added]);
    },
  );
});

describe("who is not in the organization", () => {
  const MORE = { ...AS_IT_IS, "jo@example.com": "member", "user-nobody": "member" };
  const JO = { ...AS_IT_IS, "jo@example.com": "member" };
  const NOT_THERE = `Not in the organization, and so not in ${CHATBOT}: "jo@example.com", "user-nobody".`;
  const STRICT = { absent: "error" };

  test("is named, waits without being drift, and is added once they have joined", async () => {
    const opened = await deployed(MORE);
    expect(opened.said).toContain(`warning: ${NOT_THERE}`);
    expect(peopleIn(opened.state)).toMatchObject({ "jo@example.com": { stage: "absent" } });
    expect((await up(opened.later(), program(MORE), opened.state)).changes).toBe(false);
    opened.emulator.users.add({ id: "user-jo", email: "Jo@example.com" });
    const joined = await up(opened.later(), program(MORE), opened.state);
    expect(writes(opened.emulator)).toEqual(["create_project_user proj_a user-jo member"]);
    expect(peopleIn(joined.state)).toMatchObject({ "jo@example.com": { userId: "user-jo" } });
  });

  test("is refused if absent is error, but for those who are invited, by anybody or by the program", async () => {
    const { session, emulator, later, said } = await open();
    const { message } = await failureOf(up(session, program(MORE, STRICT)));
    expect(message).toContain(NOT_THERE);
    expect(message).toContain('set absent to "warn"');
    const invited = later();
    const roster = { "alice@example.com": "owner", "jo@example.com": "member" };
    await checkRoster(invited, { resource: "people#0" }, {}, { members: roster, absent: "invite" });
    await up(invited, program(JO, STRICT));
    emulator.invites.add({ email: "JO@example.com" });
    const { state } = await up(later(), program(JO, STRICT));
    expect(peopleIn(state)).toMatchObject({ "jo@example.com": { stage: "invited" } });
    const line = `warning: Not there yet, and added to ${CHATBOT} by the next update after they have joined: "jo@example.com" (invited).`;
    expect(said.filter((one) => one === line)).toHaveLength(2);
  });

  test("is told to have left, and is drift once", async () => {
    const opened = await deployed();
    opened.emulator.users.remove("user-carol");
    const read = await refresh(opened, opened.state);
    expect(read?.inputs).toMatchObject({ members: { "bob@example.com": "owner", "user-dan": "member" } });
    const gone = await up(opened.later(), program(AS_IT_IS), read?.state as ProjectState);
    expect(gone.changes).toBe(true);
    expect(opened.said).toContain(
      `warning: "carol@example.com" left the organization, and so ${CHATBOT}: take out the line.`,
    );
    expect((await up(opened.later(), program(AS_IT_IS), gone.state)).changes).toBe(false);
    expect(writes(opened.emulator)).toEqual([]);
  });

  test("in a moment, by the program's own roster, is named, and given nothing", async () => {
    const opened = await open();
    const { session } = opened;
    const roster = { ...AS_IT_IS, "alice@example.com": "owner", "bob@example.com": "member" };
    const leave = { members: roster, undeclaredMembers: "remove" };
    const forgotten = { ...AS_IT_IS, "erin@example.com": "member" };
    // The engine may ask for one plan while the other is being made.
    await Promise.all([
      checkRoster(session, { resource: "people#0" }, {}, leave),
      up(session, program(forgotten)),
    ]);
    expect(writes(opened.emulator)).toEqual([]);
    const line = `Leaving the organization in this update, and so ${CHATBOT}: "erin@example.com" ("user-erin"). Take out the line.`;
    expect(opened.said).toContain(`warning: ${line}`);
    const { message } = await failureOf(up(session, program(forgotten, STRICT)));
    expect(message).toContain(line);
  });

  test("does not fail the plan if invitations cannot be read, unless who is absent is refused", async () => {
    const { session, emulator, later } = await open();
    const fault = { kind: "status", status: 403 } as const;
    emulator.inject({ operation: "list_invites", times: Infinity, fault });
    await up(session, program(MORE));
    const { message } = await failureOf(up(later(), program(MORE, STRICT)));
    expect(message).toContain("list_invites");
  });
});

describe("a project", () => {
  test("that is unknown, archived or another organization's is refused in the preview", async () => {
    const { state, later } = await deployed();
    const refusal = async (project: string): Promise<string> =>
      (await failureOf(up(later(), program({}, {}, project)))).message;
    expect(await refusal("proj_zzz")).toContain(
      'There is no project "proj_zzz" in the organization. Check the id',
    );
    expect(await refusal("proj_old")).toContain('Project "Attic" ("proj_old") is archived');
    const session = later();
    organizationIs(session, "org-other");
    const other = await failureOf(up(session, program(AS_IT_IS), { ...state, organization: "org-ours" }));
    expect(other.message).toContain('belongs to organization "org-other"');
  });

  test("that was made since the projects were listed is found", async () => {
    const { session, emulator } = await open();
    await session.projects.active();
    emulator.projects.add({ id: "proj_new", name: "New" });
    const { state } = await up(session, program({}, {}, "proj_new"));
    expect(state.projectName).toBe("New");
  });

  test("has one roster: two are refused, both named", async () => {
    const { session } = await open();
    await checkIt(session, program(AS_IT_IS));
    const two = { resource: "two#1" };
    const { problems } = await check(session, projectRoster, two, {}, program(AS_IT_IS));
    const reason = 'Two rosters of this program are for project "proj_a": "it" and "two".';
    expect(problems).toEqual([{ property: "project", reason: expect.stringContaining(reason) as string }]);
  });

  test("that becomes another is a replacement, and is known only later if it is an Output", async () => {
    const { state, later } = await deployed();
    const session = later();
    const diff = (project: unknown) => {
      const news = { ...state, project, undeclaredMembers: "remove" };
      return projectRoster.diff(session, "proj_a", { ...state }, news, { ignored: [] });
    };
    await checkIt(session, program(AS_IT_IS, {}, "proj_b"), state);
    const REPLACED = {
      changes: true,
      differences: [{ path: "project", kind: "replace", isOfInputs: true }],
    };
    expect(await diff("proj_b")).toEqual(REPLACED);
    expect(await diff(UNKNOWN)).toEqual(REPLACED);
    expect((await checkIt(session, { ...program(AS_IT_IS), project: UNKNOWN })).problems).toEqual([]);
  });

  test("that is archived or gone is no longer in the state after a refresh", async () => {
    const opened = await deployed();
    opened.emulator.projects.archive("proj_a");
    expect(await refresh(opened, opened.state)).toBeUndefined();
  });

  test("is imported as it is, without the organization's owners, and then nothing is to be done", async () => {
    const { session, later } = await open();
    const read = await projectRoster.read(session, "proj_a", undefined);
    expect(read?.inputs).toEqual({
      project: "proj_a",
      members: { "bob@example.com": "owner", "carol@example.com": "member", "dan@example.com": "member" },
      undeclaredOwners: "warn",
      undeclaredMembers: "ignore",
      absent: "warn",
    });
    const { changes } = await up(later(), { ...read?.inputs }, read?.state as ProjectState);
    expect(changes).toBe(false);
    const { message } = await failureOf(projectRoster.read(later(), "proj_old", undefined));
    expect(message).toContain("is archived");
  });
});

describe("a roster", () => {
  test("keeps who its entries are under a new name, and declares nobody in the organization", async () => {
    const opened = await deployed(AS_IT_IS, ALL_GO);
    opened.emulator.users.change("user-bob", { email: "robert@example.com" });
    const session = opened.later();
    await projectRoster.read(session, "proj_a", { ...opened.state });
    const { state } = await up(session, program(AS_IT_IS, ALL_GO));
    expect(writes(opened.emulator)).toEqual([]);
    expect(peopleIn(state)).toMatchObject({ "bob@example.com": { userId: "user-bob" } });
    expect(session.declarations.has({ userId: "user-bob", email: "bob@example.com" })).toBe(false);
  });

  test("with secret members shows them in no line and no error", async () => {
    const { session, said } = await open();
    const declarer = { resource: "it#0", secrets: ["members"] };
    const inputs = program({ "bob@example.com": "member", "jo@example.com": "member" }, { absent: "error" });
    const { problems } = await check(session, projectRoster, declarer, {}, inputs);
    const everything = JSON.stringify([problems, said]);
    expect(everything).toContain("[secret]");
    expect(everything).not.toMatch(/(bob|jo)@example/);
  });

  const NO_STATE = "The state has no project and members, so it is not that of a ProjectRoster";

  test.each([
    [{ members: {} }, program({}), NO_STATE],
    [{ project: "proj_a" }, program({}), NO_STATE],
    [program({}), { members: {} }, "These inputs have no project, so they are not those of a ProjectRoster."],
    [
      program({}),
      { project: "proj_a" },
      "These inputs have no members, so they are not those of a ProjectRoster.",
    ],
  ])("is not read from another resource's state or inputs: %j, %j", async (state, news, reason) => {
    const { session } = await open();
    const diff = async () => projectRoster.diff(session, "proj_a", state, news, { ignored: [] });
    expect((await failureOf(diff())).message).toContain(reason);
  });
});
