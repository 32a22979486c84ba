import type { EmulatorOptions, NewUser } from "../../../emulator/src";
import { check } from "../../../provider/src/organization/check";
import { UNKNOWN, type RawInputs } from "../../../provider/src/organization/inputs";
import { projectRoster } from "../../../provider/src/organization/project/project";
import type { ProjectState } from "../../../provider/src/organization/project/projectState";
import { checkRoster } from "../../../provider/src/organization/roster/roster";
import type { Session } from "../../../provider/src/organization/session";
import { failureOf } from "../../api/clientSupport";
import { endAll, open as openWith, organizationIs, partOf, requests, type Opened } from "./support";
import type { Numbers } from "../../limits";
import { peopleIn } from "../../peopleIn";

afterEach(endAll);

const user = (name: string, role: "owner" | "member" = "member"): NewUser => ({
  id: `user-${name}`,
  email: `${name}@example.com`,
  name,
  role,
});

/** An organization's owner and four members; bob owns the project, and carol and dan use it. */
const ORGANIZATION: EmulatorOptions = {
  users: [user("alice", "owner"), ...["bob", "carol", "dan", "erin"].map((name) => user(name))],
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
const CHATBOT = 'project "Chatbot" ("proj_a")';
const OWNERS =
  'Owners of the organization are owners of every project, and are left alone there: "alice@example.com" ("user-alice").';

const open = (limits: Numbers = {}, more: EmulatorOptions = {}): Promise<Opened> =>
  openWith({ ...ORGANIZATION, ...more }, limits);

const program = (members: object, policies: object = {}, project = "proj_a"): RawInputs => ({
  project,
  members,
  ...policies,
});

/** What the engine would do about one roster in one command. */
async function up(
  session: Session,
  inputs: RawInputs,
  before?: ProjectState,
): Promise<{ readonly state: ProjectState; readonly changes: boolean }> {
  const olds = before === undefined ? {} : { ...before };
  const { inputs: checked, problems } = await check(
    session,
    projectRoster,
    { resource: "it#0" },
    olds,
    inputs,
  );
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

/** Who is in a project, without the organization's owners. */
function users({ emulator }: Opened, project = "proj_a"): unknown {
  return emulator.projects.get(project)?.users;
}

function writes({ emulator }: Opened): string[] {
  return emulator.requests
    .log()
    .filter(({ method }) => method !== "GET")
    .map(({ operation, projectId, userId, body }) => {
      const { user_id: added, role } = (body === "" ? {} : JSON.parse(body)) as Record<string, string>;
      return [operation, projectId, userId ?? added, role].filter((part) => part !== undefined).join(" ");
    });
}

const planned = (said: readonly string[]): string[] => said.filter((line) => line.startsWith("plan: "));

describe("a project as declared", () => {
  test("costs three listings, is sent nothing, and has its owners by the organization named once", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    expect(requests(opened.emulator)).toEqual({ list_users: 1, list_projects: 1, list_project_users: 1 });
    expect(opened.said).toEqual([OWNERS]);
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
    expect(await up(opened.later(), program(AS_IT_IS), state)).toEqual({ state, changes: false });
  });

  test("shares the listings of people and of projects with every other roster", async () => {
    const opened = await open();
    await up(opened.session, program(AS_IT_IS));
    const others = { "bob@example.com": "member", "carol@example.com": "member" };
    await check(opened.session, projectRoster, { resource: "other#1" }, {}, program(others, {}, "proj_b"));
    expect(requests(opened.emulator)).toEqual({ list_users: 1, list_projects: 1, list_project_users: 2 });
    const { directory } = opened.session;
    const people = await directory.people();
    expect(await directory.people()).toBe(people);
    await directory.modify("user-erin", "owner");
    expect((await directory.people()).withId("user-erin")?.role).toBe("owner");
  });
});

describe("changes", () => {
  const NEW = {
    "bob@example.com": "member",
    "CAROL@example.com": "owner",
    "erin@example.com": "member",
  } as const;

  test("are told harm first with the project named, and made the other way round", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(NEW, { undeclaredMembers: "remove" }));
    expect(planned(opened.said)).toEqual([
      `plan: remove "dan@example.com" ("user-dan", "dan") from ${CHATBOT}: member (undeclared member)`,
      `plan: demote "bob@example.com" ("user-bob", "bob") in ${CHATBOT}: owner to member (declared)`,
      `plan: promote "carol@example.com" ("user-carol", "carol") in ${CHATBOT}: member to owner (declared)`,
      `plan: add "erin@example.com" ("user-erin", "erin") to ${CHATBOT}: member (declared)`,
    ]);
    expect(writes(opened)).toHaveLength(4);
    expect(writes(opened).slice(0, 2).toSorted()).toEqual([
      "create_project_user proj_a user-erin member",
      "modify_project_user proj_a user-carol owner",
    ]);
    expect(writes(opened).slice(2)).toEqual([
      "modify_project_user proj_a user-bob member",
      "delete_project_user proj_a user-dan",
    ]);
    expect(opened.said).toContain(
      `removed "dan@example.com" ("user-dan", "dan") from ${CHATBOT}: member (undeclared member)`,
    );
    expect(state.members).toEqual(NEW);
    const again = await up(opened.later(), program(NEW, { undeclaredMembers: "remove" }), state);
    expect(again.changes).toBe(false);
  });

  test("made elsewhere are seen entry by entry, and undone", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS, { undeclaredMembers: "remove" }));
    opened.emulator.projects.setUser("proj_a", "user-dan", undefined);
    opened.emulator.projects.setUser("proj_a", "user-erin", "member");
    opened.emulator.projects.setUser("proj_a", "user-carol", "owner");
    const session = opened.later();
    const read = await projectRoster.read(session, "proj_a", { ...state });
    expect(read?.inputs).toMatchObject({
      members: {
        "bob@example.com": "owner",
        "carol@example.com": "owner",
        "erin@example.com": "member (undeclared)",
      },
    });
    const { differences } = await projectRoster.diff(
      session,
      "proj_a",
      { ...read?.state },
      { ...state, members: AS_IT_IS },
      { oldInputs: { ...read?.inputs }, ignored: [] },
    );
    expect(differences).toEqual([
      { path: 'members["carol@example.com"]', kind: "update", isOfInputs: false },
      { path: 'members["user-dan"]', kind: "add", isOfInputs: false },
      { path: 'members["erin@example.com"]', kind: "delete", isOfInputs: true },
    ]);
    await up(session, program(AS_IT_IS, { undeclaredMembers: "remove" }), read?.state as ProjectState);
    expect(users(opened)).toEqual({ "user-bob": "owner", "user-carol": "member", "user-dan": "member" });
  });

  test("made elsewhere are still the roster's after many refreshes, and the entry means the same person", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    opened.emulator.projects.setUser("proj_a", "user-bob", undefined);
    opened.emulator.users.change("user-bob", { email: "robert@example.com" });
    let before = state;
    for (let refreshes = 0; refreshes < 2; refreshes++) {
      const read = await projectRoster.read(opened.later(), "proj_a", { ...before });
      before = read?.state as ProjectState;
    }
    expect(before.members).not.toHaveProperty(["bob@example.com"]);
    await up(opened.later(), program(AS_IT_IS), before);
    expect(writes(opened)).toEqual(["create_project_user proj_a user-bob owner"]);
  });

  test("that fail leave the rest to the next update, and tell what was not done", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    opened.emulator.inject({
      operation: "create_project_user",
      fault: { kind: "status", status: 403, body: { error: { message: "not today" } } },
    });
    const part = await partOf(up(opened.later(), program({ ...NEW, "user-dan": "member" }), state));
    const { reasons } = part;
    const properties = part.state as unknown as ProjectState;
    expect(reasons).toEqual([
      expect.stringMatching(/^Could not add "erin@example.com" \("user-erin"\): .*not today/),
    ]);
    // Promotions went with the additions; demotions did not begin.
    expect(users(opened)).toEqual({ "user-bob": "owner", "user-carol": "owner", "user-dan": "member" });
    expect(properties.members).toEqual({
      "bob@example.com": "owner",
      "CAROL@example.com": "owner",
      "user-dan": "member",
    });
    opened.emulator.requests.reset();
    await up(opened.later(), program({ ...NEW, "user-dan": "member" }), properties);
    expect(writes(opened).toSorted()).toEqual([
      "create_project_user proj_a user-erin member",
      "modify_project_user proj_a user-bob member",
    ]);
  });

  test("of people who have left the project or the organization meanwhile are done", async () => {
    const opened = await open();
    const { session, emulator } = opened;
    const inputs = program({ "bob@example.com": "owner" }, { undeclaredMembers: "remove" });
    const checked = await check(session, projectRoster, {}, {}, inputs);
    emulator.projects.setUser("proj_a", "user-dan", undefined);
    emulator.users.remove("user-carol");
    await projectRoster.create(session, checked.inputs as RawInputs);
    expect(users(opened)).toMatchObject({ "user-bob": "owner" });
    expect(opened.said.filter((line) => line.startsWith("removed"))).toEqual([]);

    const later = opened.later();
    const demoting = await check(later, projectRoster, {}, {}, program({}, { undeclaredOwners: "demote" }));
    emulator.projects.setUser("proj_a", "user-bob", undefined);
    await projectRoster.create(later, demoting.inputs as RawInputs);
    expect(opened.said.filter((line) => line.startsWith("demoted"))).toEqual([]);
  });
});

describe("somebody about to be taken out is looked at once more, and", () => {
  /** Plans the removal of everybody but dan, after which something happens elsewhere, and then makes it. */
  async function meanwhile(happens: (emulator: Opened["emulator"]) => void) {
    const opened = await open();
    const { session, emulator } = opened;
    const policies = { undeclaredOwners: "remove", undeclaredMembers: "remove" };
    const { inputs } = await check(
      session,
      projectRoster,
      {},
      {},
      program({ "user-dan": "member" }, policies),
    );
    const created = partOf(projectRoster.create(session, inputs as RawInputs));
    happens(emulator);
    return { opened, reasons: (await created).reasons };
  }

  test.each<[string, (emulator: Opened["emulator"]) => void, string]>([
    [
      "an owner of the organization is kept",
      ({ users }) => users.change("user-carol", { role: "owner" }),
      `Could not remove "carol@example.com" ("user-carol"): "carol@example.com" ("user-carol") has become an owner of ${CHATBOT} meanwhile, and was left alone: run pulumi up again.`,
    ],
    [
      "one who owned the project before, too",
      ({ users }) => users.change("user-bob", { role: "owner" }),
      'Could not remove "bob@example.com" ("user-bob"): "bob@example.com" ("user-bob") has become an owner meanwhile, and was left alone: run pulumi up again.',
    ],
    [
      "one whose role in the project is another, too",
      ({ projects }) => projects.setUser("proj_a", "user-bob", "member"),
      `Could not remove "bob@example.com" ("user-bob"): "bob@example.com" ("user-bob") has become a member of ${CHATBOT} meanwhile, and was left alone: run pulumi up again.`,
    ],
  ])("%s", async (_, happens, reason) => {
    const { opened, reasons } = await meanwhile(happens);
    expect(reasons).toEqual([reason]);
    expect(writes(opened)).toHaveLength(1);
    expect(requests(opened.emulator)).toMatchObject({ retrieve_project_user: 2 });
  });
});

describe("who is undeclared", () => {
  test("stays, and an owner is named; who was declared until now is told to stay", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    const { changes } = await up(opened.later(), program({ "user-dan": "member" }), state);
    expect(changes).toBe(true);
    expect(writes(opened)).toEqual([]);
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
    const refused = await failureOf(
      up(opened.session, program({}, { undeclaredOwners: "error", undeclaredMembers: "error" })),
    );
    expect(refused.message).toMatch(
      /^members: Owners of project "Chatbot" .* "bob@example.com" .*Declare them.* Members of project "Chatbot"/,
    );
    await up(opened.later(), program({}, { undeclaredOwners: "demote" }));
    await up(opened.later(), program({}, { undeclaredOwners: "remove", undeclaredMembers: "remove" }));
    expect(users(opened)).toEqual({});
  });

  test("counts as one person however many projects they leave, apart from the organization's removals", async () => {
    const opened = await open({ maxRemovals: 2 });
    const all = { undeclaredOwners: "remove", undeclaredMembers: "remove" };
    // Bob and carol leave both projects.
    await up(opened.session, program({ "user-dan": "member" }, all));
    await up(opened.session, program({}, all, "proj_b"));
    expect([users(opened), users(opened, "proj_b")]).toEqual([{ "user-dan": "member" }, {}]);

    const another = await open({ maxRemovals: 2 });
    await up(another.session, program({ "user-dan": "member" }, all));
    another.emulator.projects.setUser("proj_b", "user-dan", "member");
    const { message } = await failureOf(up(another.session, program({}, all, "proj_b")));
    expect(message).toContain(
      "3 people not named in members would be removed from projects, or demoted there, but one update may do that to at " +
        "most 2 (openai-organization:maxRemovals)",
    );
    expect(users(another, "proj_b")).toEqual({
      "user-bob": "member",
      "user-carol": "member",
      "user-dan": "member",
    });
  });

  test("is counted with whom other rosters take out, even if one is updated while another still plans", async () => {
    const opened = await open({ maxRemovals: 2 });
    const { session, emulator } = opened;
    emulator.projects.setUser("proj_b", "user-dan", "member");
    const all = { undeclaredOwners: "remove", undeclaredMembers: "remove" };
    const checked = (inputs: RawInputs) => check(session, projectRoster, {}, {}, inputs);
    const { inputs, problems } = await checked(program({ "user-dan": "member" }, all));
    expect(problems).toEqual([]);
    const [first, second] = await Promise.all([
      failureOf(projectRoster.create(session, inputs as RawInputs)),
      checked(program({}, all, "proj_b")),
    ]);
    for (const refusal of [first.message, second.problems[0]?.reason])
      expect(refusal).toContain("3 people not named in members would be removed from projects");
    expect(writes(opened)).toEqual([]);
  });

  test("and not listed in the organization, is left alone, and named", async () => {
    const opened = await open();
    const { session, emulator } = opened;
    await session.directory.list();
    emulator.users.add({ id: "user-late", email: "late@example.com" });
    emulator.projects.setUser("proj_a", "user-late", "member");
    await up(session, program(AS_IT_IS, { undeclaredMembers: "remove" }));
    expect(writes(opened)).toEqual([]);
    expect(opened.said).toContain(
      `warning: In ${CHATBOT}, not listed in the organization, and left alone: "late@example.com" ("user-late").`,
    );
  });
});

describe("owners of the organization", () => {
  test("are right as owner, and as member a line says why they stay one", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program({ ...AS_IT_IS, "alice@example.com": "owner" }));
    const demoted = program({ ...AS_IT_IS, "alice@example.com": "member" });
    const after = await up(opened.later(), demoted, state);
    expect(writes(opened)).toEqual([]);
    const line =
      `warning: Owner of ${CHATBOT}, whatever is declared there, as an owner of the organization: ` +
      '"alice@example.com" ("user-alice").';
    expect(opened.said).toContainEqual(expect.stringContaining(line));
    // Said at each command, and no drift.
    opened.emulator.users.change("user-bob", { role: "owner" });
    expect((await up(opened.later(), demoted, after.state)).changes).toBe(false);
    // The role in the organization has changed: the rest is done.
    opened.emulator.users.change("user-alice", { role: "member" });
    expect((await up(opened.later(), demoted, after.state)).changes).toBe(true);
    expect(writes(opened)).toEqual(["create_project_user proj_a user-alice member"]);
  });

  test("are those whom the program makes owners, as far as it has said so", async () => {
    const opened = await open();
    const roster = { "alice@example.com": "owner", "bob@example.com": "owner", "erin@example.com": "owner" };
    await checkRoster(opened.session, { resource: "people#0" }, {}, { members: roster });
    await up(opened.session, program({ "user-erin": "owner" }, { undeclaredOwners: "remove" }));
    expect(writes(opened)).toEqual([]);
  });

  test("whom the program makes members are told to own the project until then, whatever is declared", async () => {
    const opened = await open();
    const { session } = opened;
    const roster = { "alice@example.com": "member", "bob@example.com": "owner" };
    await checkRoster(session, { resource: "people#0" }, {}, { members: roster });
    await up(session, program({ ...AS_IT_IS, "alice@example.com": "owner" }));
    expect(writes(opened)).toEqual([]);
    expect(opened.said.slice(-2)).toEqual([
      OWNERS.replaceAll("alice", "bob"),
      `warning: Owner of ${CHATBOT}, whatever is declared there, as an owner of the organization: "alice@example.com" ` +
        `("user-alice"). Once that role has changed, the next update sets the declared one (the same update, if this ` +
        `roster depends on the organization's).`,
    ]);
  });

  test.each(["owner", "member"])(
    "who are none any more become %s in the same process, though the project was listed before",
    async (role) => {
      const opened = await open();
      const { session, emulator } = opened;
      emulator.users.change("user-bob", { role: "owner" });
      const inputs = program({ ...AS_IT_IS, "alice@example.com": role });
      const { state } = await up(session, inputs);
      await session.directory.modify("user-alice", "member");
      await up(session, inputs, state);
      expect(writes(opened)).toEqual([
        "modify_user user-alice member",
        `create_project_user proj_a user-alice ${role}`,
      ]);
    },
  );
});

describe("who is not in the organization", () => {
  const MORE = { ...AS_IT_IS, "jo@example.com": "member", "user-nobody": "member" };

  test("is named, waits without being drift, and is added once they have joined", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(MORE));
    expect(opened.said).toContain(
      `warning: Not in the organization, and so not in ${CHATBOT}: "jo@example.com", "user-nobody".`,
    );
    expect(peopleIn(state)).toMatchObject({ "jo@example.com": { stage: "absent" } });
    expect((await up(opened.later(), program(MORE), state)).changes).toBe(false);
    opened.emulator.users.add({ id: "user-jo", email: "Jo@example.com" });
    const joined = await up(opened.later(), program(MORE), state);
    expect(writes(opened)).toEqual(["create_project_user proj_a user-jo member"]);
    expect(peopleIn(joined.state)).toMatchObject({ "jo@example.com": { userId: "user-jo" } });
  });

  test("is refused if absent is error, but for those who are invited, by anybody or by the program", async () => {
    const opened = await open();
    const { session, emulator } = opened;
    const strict = { absent: "error" };
    const { message } = await failureOf(up(session, program(MORE, strict)));
    expect(message).toContain(
      `Not in the organization, and so not in ${CHATBOT}: "jo@example.com", "user-nobody".`,
    );
    expect(message).toContain('set absent to "warn"');
    emulator.invites.add({ email: "JO@example.com" });
    const invited = await up(opened.later(), program({ ...AS_IT_IS, "jo@example.com": "member" }, strict));
    expect(peopleIn(invited.state)).toMatchObject({ "jo@example.com": { stage: "invited" } });
    expect(opened.said).toContain(
      `warning: Not there yet, and added to ${CHATBOT} by the next update after they have joined: "jo@example.com" (invited).`,
    );
    const later = opened.later();
    const roster = { "alice@example.com": "owner", "kim@example.com": "member" };
    await checkRoster(later, { resource: "people#0" }, {}, { members: roster, absent: "invite" });
    await up(later, program({ ...AS_IT_IS, "kim@example.com": "member" }, strict));
    expect(opened.said).toContainEqual(expect.stringContaining('"kim@example.com" (invited)'));
    expect(writes(opened)).toEqual([]);
  });

  test("is told to have left, and is drift once", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    opened.emulator.users.remove("user-carol");
    const read = await projectRoster.read(opened.later(), "proj_a", { ...state });
    expect(read?.inputs).toMatchObject({ members: { "bob@example.com": "owner", "user-dan": "member" } });
    const gone = await up(opened.later(), program(AS_IT_IS), read?.state as ProjectState);
    expect(gone.changes).toBe(true);
    expect(opened.said).toContain(
      `warning: "carol@example.com" left the organization, and so ${CHATBOT}: take out the line.`,
    );
    expect((await up(opened.later(), program(AS_IT_IS), gone.state)).changes).toBe(false);
    expect(writes(opened)).toEqual([]);
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
    expect(writes(opened)).toEqual([]);
    const line = `Leaving the organization in this update, and so ${CHATBOT}: "erin@example.com" ("user-erin"). Take out the line.`;
    expect(opened.said).toContain(`warning: ${line}`);
    const { message } = await failureOf(up(session, program(forgotten, { absent: "error" })));
    expect(message).toContain(line);
  });

  test("does not fail the plan if invitations cannot be read, unless who is absent is refused", async () => {
    const opened = await open();
    opened.emulator.inject({
      operation: "list_invites",
      times: Infinity,
      fault: { kind: "status", status: 403 },
    });
    await up(opened.session, program(MORE));
    const { message } = await failureOf(up(opened.later(), program(MORE, { absent: "error" })));
    expect(message).toContain("list_invites");
  });
});

describe("a project", () => {
  test("that is unknown, archived or another organization's is refused in the preview", async () => {
    const opened = await open();
    const { message } = await failureOf(up(opened.session, program({}, {}, "proj_zzz")));
    expect(message).toContain('There is no project "proj_zzz" in the organization. Check the id');
    const archived = await failureOf(up(opened.later(), program({}, {}, "proj_old")));
    expect(archived.message).toContain('Project "Attic" ("proj_old") is archived');
    const { state } = await up(opened.later(), program(AS_IT_IS));
    const session = opened.later();
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
    await check(session, projectRoster, { resource: "one#0" }, {}, program(AS_IT_IS));
    const { problems } = await check(session, projectRoster, { resource: "two#1" }, {}, program(AS_IT_IS));
    expect(problems).toEqual([
      {
        property: "project",
        reason: expect.stringContaining(
          'Two rosters of this program are for project "proj_a": "one" and "two".',
        ) as string,
      },
    ]);
  });

  test("that becomes another is a replacement, planned for the other, and is known only later if it is an Output", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    const session = opened.later();
    const news = { ...state, project: "proj_b", undeclaredMembers: "remove" };
    const olds = { ...state };
    await check(session, projectRoster, { resource: "it#0" }, olds, program(AS_IT_IS, {}, "proj_b"));
    expect(await projectRoster.diff(session, "proj_a", olds, news, { ignored: [] })).toEqual({
      changes: true,
      differences: [{ path: "project", kind: "replace", isOfInputs: true }],
    });
    expect(planned(opened.said)).toEqual([
      'plan: promote "bob@example.com" ("user-bob", "bob") in project "Search" ("proj_b"): member to owner (declared)',
      'plan: add "dan@example.com" ("user-dan", "dan") to project "Search" ("proj_b"): member (declared)',
    ]);
    const unknown = await projectRoster.diff(
      session,
      "proj_a",
      olds,
      { ...news, project: UNKNOWN },
      { ignored: [] },
    );
    expect(unknown.differences).toEqual([{ path: "project", kind: "replace", isOfInputs: true }]);
    const { problems } = await check(
      session,
      projectRoster,
      {},
      {},
      { ...program(AS_IT_IS), project: UNKNOWN },
    );
    expect(problems).toEqual([]);
  });

  test("that is archived or gone is no longer in the state after a refresh", async () => {
    const opened = await open();
    const { state } = await up(opened.session, program(AS_IT_IS));
    opened.emulator.projects.archive("proj_a");
    expect(await projectRoster.read(opened.later(), "proj_a", { ...state })).toBeUndefined();
  });

  test("is imported as it is, without the organization's owners, and then nothing is to be done", async () => {
    const opened = await open();
    const read = await projectRoster.read(opened.session, "proj_a", undefined);
    expect(read?.inputs).toEqual({
      project: "proj_a",
      members: { "bob@example.com": "owner", "carol@example.com": "member", "dan@example.com": "member" },
      undeclaredOwners: "warn",
      undeclaredMembers: "ignore",
      absent: "warn",
    });
    const { changes } = await up(opened.later(), { ...read?.inputs }, read?.state as ProjectState);
    expect(changes).toBe(false);
    const { message } = await failureOf(projectRoster.read(opened.later(), "proj_old", undefined));
    expect(message).toContain("is archived");
  });
});

test("deleting a roster changes nobody, and says so", async () => {
  const opened = await open();
  const { state } = await up(opened.session, program(AS_IT_IS));
  await projectRoster.delete(opened.later(), "proj_a", { ...state });
  expect(writes(opened)).toEqual([]);
  expect(opened.said).toContain(
    `The roster of ${CHATBOT} is no longer managed; nobody's access was changed.`,
  );
});

test("a roster keeps who its entries are under a new name", async () => {
  const opened = await open();
  const strict = program(AS_IT_IS, { undeclaredOwners: "remove", undeclaredMembers: "remove" });
  const { state } = await up(opened.session, strict);
  opened.emulator.users.change("user-bob", { email: "robert@example.com" });
  const session = opened.later();
  await projectRoster.read(session, "proj_a", { ...state });
  const renamed = await up(session, strict);
  expect(writes(opened)).toEqual([]);
  expect(peopleIn(renamed.state)).toMatchObject({ "bob@example.com": { userId: "user-bob" } });
});

test("a roster declares nobody in the organization", async () => {
  const { session } = await open();
  await up(session, program(AS_IT_IS));
  expect(session.declarations.has({ userId: "user-bob", email: "bob@example.com" })).toBe(false);
});

test.each([
  [
    { members: {} },
    program({}),
    "The state has no project and members, so it is not that of a ProjectRoster",
  ],
  [
    { project: "proj_a" },
    program({}),
    "The state has no project and members, so it is not that of a ProjectRoster",
  ],
  [program({}), { members: {} }, "These inputs have no project, so they are not those of a ProjectRoster."],
  [
    program({}),
    { project: "proj_a" },
    "These inputs have no members, so they are not those of a ProjectRoster.",
  ],
])("what is another resource's is not taken for a project's roster: %j, %j", async (state, news, reason) => {
  const { session } = await open();
  const diff = async () => projectRoster.diff(session, "proj_a", state, news, { ignored: [] });
  expect((await failureOf(diff())).message).toContain(reason);
});

test("secret members are in no line and no error", async () => {
  const opened = await open();
  const declarer = { resource: "it#0", secrets: ["members"] };
  const inputs = program({ "bob@example.com": "member", "jo@example.com": "member" }, { absent: "error" });
  const { problems } = await check(opened.session, projectRoster, declarer, {}, inputs);
  const everything = JSON.stringify([problems, opened.said]);
  expect(everything).toContain("[secret]");
  expect(everything).not.toMatch(/(bob|jo)@example/);
});

test.each([
  [{ members: {} }, "project must be a project's id, such as proj_abc, not undefined."],
  [program({}, {}, "a b"), 'project must be a project\'s id, such as proj_abc, not "a b".'],
  [program([]), "members: It must be an object with a role for each email or user id, not a list."],
  [
    program({ "bob@example.com": "reader" }),
    'The role of "bob@example.com" must be one of "owner", "member", not "reader".',
  ],
  [program({ "b@x.com": "member", "B@x.com": "owner" }), "are the same email"],
  [program({}, { absent: "invite" }), 'absent must be one of "warn", "error", not "invite".'],
  [
    program({}, { undeclaredOwners: "demote", undeclaredMembers: "remove" }),
    "would remove the demoted owners",
  ],
  [
    program({}, { inviteProjects: [] }),
    'There is no property "inviteProjects". There are: project, members,',
  ],
])("what is wrong with a declaration is said before anything is asked: %j", async (inputs, reason) => {
  const { session, emulator } = await open();
  const { problems } = await check(session, projectRoster, {}, {}, inputs);
  expect(problems).toEqual([expect.objectContaining({ reason: expect.stringContaining(reason) as string })]);
  expect(requests(emulator)).toEqual({});
});
