import type { NewGroup, NewUser } from "../../../emulator/src";
import { requests } from "../organization/support";
import { organizationHere, runHere } from "./organizationHere";

const here = organizationHere();

const list = (...args: readonly string[]) => runHere(here, ["list", ...args]);

const PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "user-bob", email: "bob@example.com", name: "Bob" },
  { id: "user-carol", email: "carol@example.com", name: "Carol", roles: ["owner"], is_scim_managed: true },
  { id: "user-dan", email: "dan@example.com", name: "Dan" },
];

const GROUPS: readonly NewGroup[] = [
  { name: "Platform admins", roles: ["owner"], users: ["user-alice", "user-bob"] },
  { name: "Support", roles: [{ name: "support" }], users: ["user-dan"] },
];

type User = Readonly<Record<string, unknown>>;

/** Has the next page of people be another one. */
function alterUsers(alter: (users: readonly User[]) => readonly User[]): void {
  const alterPage = (page: unknown): unknown => {
    const { data, ...rest } = page as { readonly data: readonly User[] };
    return { ...rest, data: alter(data) };
  };
  here.organization.inject({ operation: "list_users", fault: { kind: "alter", alter: alterPage } });
}

const ONLY = "Assigned roles were read only for owners by base role: name others with --email.";

describe("list --effective", () => {
  test("tells who is an owner, and through what", async () => {
    await here.repopulate(PEOPLE, { groups: GROUPS });
    const { code, stdout, notes } = await list("--effective");
    expect({ code, notes }).toEqual({ code: 0, notes: [ONLY] });
    expect(stdout.split("\n")).toEqual([
      "EMAIL              ROLE    THROUGH                             USER ID     NOTE                             NAME",
      'alice@example.com  owner   base role, group "Platform admins"  user-alice  -                                Alice',
      'bob@example.com    owner   group "Platform admins"             user-bob    -                                Bob',
      "carol@example.com  member  -                                   user-carol  managed by an identity provider  Carol",
      "dan@example.com    member  -                                   user-dan    -                                Dan",
      "",
    ]);
    expect(requests(here.organization)).toEqual({
      list_users: 1,
      list_groups: 1,
      list_group_roles: 2,
      list_group_users: 1,
      list_user_roles: 1,
    });
  });

  test("asks those who are named for the roles they were assigned, and filters by the role in effect", async () => {
    await here.repopulate(PEOPLE, { groups: GROUPS });
    const named = ["bob", "carol", "dan", "eve"].flatMap((name) => ["--email", `${name}@example.com`]);
    const { stdout, ...rest } = await list("--effective", "--json", "--role", "owner", ...named);
    expect(rest).toEqual({ code: 0, notes: ['Nobody in the organization has the email "eve@example.com".'] });
    const through = [{ way: "group", groupId: "group_000001", name: "Platform admins" }];
    expect(JSON.parse(stdout)).toMatchObject([
      { userId: "user-bob", role: "member", effectiveRole: "owner", through },
      { userId: "user-carol", effectiveRole: "owner", through: [{ way: "assignment" }] },
    ]);
    expect(here.organization.requests.counts().list_user_roles).toBe(3);
  });

  test("if groups cannot be seen, owners may be missing: that is said, and the exit code is 1", async () => {
    await here.repopulate(PEOPLE);
    const { code, stdout, notes } = await list("--effective");
    expect(code).toBe(1);
    expect(stdout).toContain("alice@example.com  owner   base role");
    expect(notes).toEqual([
      expect.stringMatching(/^Owners may be missing\. The organization's groups cannot .* list_groups /),
      expect.stringMatching(/^Owners may be missing\. The organization's roles cannot .* list_user_roles /),
    ]);
    // Nobody else is asked for once one cannot be seen.
    expect(here.organization.requests.counts().list_user_roles).toBe(1);
  });

  test("somebody in an owner group who was not listed is told too", async () => {
    await here.repopulate(PEOPLE, { groups: GROUPS });
    alterUsers((users) => users.filter(({ id }) => id !== "user-bob"));
    const { stdout } = await list("--effective", "--role", "owner");
    expect(stdout).toMatch(/^bob@example\.com +owner +group "Platform admins" +user-bob/m);
  });
});

describe("list --activity", () => {
  const active = PEOPLE.map((user, n) => ({ ...user, api_key_last_used_at: [2e9, null, 1.6e9][n] ?? null }));
  const adminKeys = [
    { owner: "user-alice", name: "CI", last_used_at: 1.5e9, expires_at: 1.9e9 },
    { owner: "user-alice", value: "sk-admin-another", name: "Old", expires_at: null },
  ];

  test("is sorted by age, with each admin key of an owner; last come those of whom the API does not say it", async () => {
    await here.repopulate(active, { adminKeys });
    alterUsers((users) =>
      users.map(({ api_key_last_used_at: used, ...user }) =>
        user.id === "user-dan" ? user : { ...user, api_key_last_used_at: used },
      ),
    );
    const { stdout, ...rest } = await list("--activity");
    const note = "never is about API keys: OpenAI does not say when people last logged in.";
    expect(rest).toEqual({ code: 0, notes: [note] });
    expect(stdout.split("\n")).toEqual([
      "EMAIL              ROLE    USER ID     KEY USED    ADMIN KEY  USED        EXPIRES     NAME",
      "bob@example.com    member  user-bob    never       -          -           -           Bob",
      "carol@example.com  member  user-carol  2020-09-13  -          -           -           Carol",
      "alice@example.com  owner   user-alice  2033-05-18  CI         2017-07-14  2030-03-17  Alice",
      "alice@example.com  owner   user-alice  2033-05-18  Old        never       never       Alice",
      "dan@example.com    member  user-dan    -           -          -           -           Dan",
      "",
    ]);
    expect(requests(here.organization)).toEqual({ list_users: 1, list_admin_api_keys: 1 });
  });

  test("is an array for programs, without a piece of a key, and takes a role and emails", async () => {
    await here.repopulate(active, { adminKeys });
    const owners = await list("--activity", "--json", "--role", "owner");
    const keys = [
      { name: "CI", lastUsedAt: 1.5e9, expiresAt: 1.9e9 },
      { name: "Old", lastUsedAt: null, expiresAt: null },
    ];
    expect(JSON.parse(owners.stdout)).toMatchObject([
      { userId: "user-alice", apiKeyLastUsedAt: 2e9, adminKeys: keys },
    ]);
    expect(owners).toMatchObject({ code: 0, notes: [] });
    expect(owners.stdout).not.toContain("sk-");
    here.organization.requests.reset();
    const named = await list(
      "--activity",
      "--json",
      "--email",
      "BOB@example.com",
      "--email",
      "eve@example.com",
    );
    expect(JSON.parse(named.stdout)).toMatchObject([{ userId: "user-bob", apiKeyLastUsedAt: null }]);
    expect(named.notes).toEqual([
      'Nobody in the organization has the email "eve@example.com".',
      "null is about API keys: OpenAI does not say when people last logged in.",
    ]);
    // Members have no admin keys.
    expect(requests(here.organization)).toEqual({ list_users: 1 });
  });

  test("if admin keys cannot be listed, they are left out, with a line", async () => {
    await here.repopulate(active);
    const { code, stdout, notes } = await list("--activity", "--role", "owner");
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toBe("EMAIL              ROLE   USER ID     KEY USED    NAME");
    expect(notes).toEqual([expect.stringMatching(/^Admin keys are left out: list_admin_api_keys .* 404/)]);
  });
});

describe("list --projects", () => {
  const projects = [
    { id: "proj_bot", name: "Chatbot", users: { "user-bob": "owner", "user-carol": "member" } },
    { id: "proj_old", name: "Old", status: "archived" },
    { id: "proj_lab", name: "Lab", users: { "user-bob": "member" } },
  ] as const;

  test("tells who may use which, in one request for all and one for each", async () => {
    await here.repopulate(PEOPLE, { projects });
    const { stdout, ...rest } = await list("--projects");
    expect(rest).toEqual({ code: 0, notes: [] });
    expect(stdout.split("\n")).toEqual([
      "EMAIL              PROJECT  ROLE    PROJECT ID  USER ID     NAME",
      "alice@example.com  Chatbot  owner   proj_bot    user-alice  Alice",
      "alice@example.com  Lab      owner   proj_lab    user-alice  Alice",
      "bob@example.com    Chatbot  owner   proj_bot    user-bob    Bob",
      "bob@example.com    Lab      member  proj_lab    user-bob    Bob",
      "carol@example.com  Chatbot  member  proj_bot    user-carol  Carol",
      "",
    ]);
    expect(requests(here.organization)).toEqual({ list_projects: 1, list_project_users: 2 });
  });

  test("is an array of people for programs, and takes emails", async () => {
    await here.repopulate(PEOPLE, { projects });
    const emails = ["--email", "CAROL@example.com", "--email", "dan@example.com"];
    const { stdout, notes } = await list("--projects", "--json", ...emails);
    const carol = { userId: "user-carol", email: "carol@example.com", name: "Carol" };
    expect(JSON.parse(stdout)).toEqual([
      { ...carol, projects: [{ projectId: "proj_bot", name: "Chatbot", role: "member" }] },
    ]);
    expect(notes).toEqual(['Nobody in a project has the email "dan@example.com".']);
  });
});
