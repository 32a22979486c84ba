import type { Emulator, EmulatorOptions, Operation as ApiOperation } from "../../../emulator/src";
import type { ProjectState } from "../../../provider/src/organization/project/projectState";
import type { RoleState } from "../../../provider/src/organization/role/roleState";
import type { RosterState } from "../../../provider/src/organization/roster/rosterState";
import type { Provider } from "../provider";

/** The people of the organization: two pages. */
export const PEOPLE = 150;

/** One thing that a handler does with the API. */
export interface Operation {
  readonly name: string;
  readonly api: ApiOperation;
  /** What the handler asks before, where that is something else. */
  readonly first?: ApiOperation;
  /** How many requests of this kind pass before the one that is looked at. */
  readonly skip: number;
  /** The person it is about, a member. */
  readonly person: string;
  /** Whether it asks for pages of everybody. */
  readonly pages: boolean;
  /** Whether it changes the person. */
  readonly writes: boolean;
  /** What it needs to find, where that is more than the people. */
  readonly prepare?: (emulator: Emulator) => void;
  /** Does it; answers the role that the person has by then, as the handler believes. */
  readonly run: (provider: Provider, before: RoleState) => Promise<unknown>;
  /** The role that the person has in truth. */
  readonly now: (emulator: Emulator) => string | null | undefined;
  /** The role that the person has once it is done. */
  readonly after: string | undefined;
  /** Looks the person up by another way. */
  readonly read: (provider: Provider) => Promise<unknown>;
}

/** What is about a person who is there. */
const about = (person: string, after = "member") => ({
  skip: 0,
  pages: false,
  writes: false,
  person,
  after,
  now: ({ users }: Emulator) => users.get(person)?.role,
  read: async ({ roles }: Provider) =>
    (await roles.read(person, { userId: person, role: "member" })).props?.role,
});

const READS = about("user-000002");

/** The role of an invitation is that of whoever has it. */
const JO = "jo@example.com";
const OWNER = { "user1@example.com": "owner" } as const;
const POLICIES = { undeclaredOwners: "error", undeclaredMembers: "ignore", absent: "invite" } as const;
const WITHOUT = { ...POLICIES, members: OWNER };
const WITH = { ...POLICIES, members: { ...OWNER, [JO]: "member" } } as const;

const INVITES = {
  ...({ skip: 0, pages: false, person: JO, first: "list_users" } as const),
  now: ({ invites }: Emulator) =>
    invites.all().some(({ status }) => status === "pending") ? "member" : undefined,
  read: async ({ roster }: Provider) => roleInvited((await roster.read("roster", WITH)).props),
} as const;

function roleInvited(state: object | undefined): string | undefined {
  return (state as RosterState | undefined)?.invited?.[JO]?.role;
}

const invited = ({ invites }: Emulator): void => {
  invites.add({ email: JO });
};

/** The only project, and everybody else in it. */
const PROJECT = "proj_a";
const OTHERS = { "user-000003": "member", "user-000004": "owner" } as const;

const inProject = (members: object) => ({
  project: PROJECT,
  members,
  people: JSON.stringify({ "user-000002": "user-000002" }),
  undeclaredOwners: "warn",
  undeclaredMembers: "remove",
  absent: "warn",
});
const [IN_NOBODY, AS_MEMBER, AS_OWNER] = [{}, { "user-000002": "member" }, { "user-000002": "owner" }].map(
  (person) => inProject({ ...OTHERS, ...person }),
) as [object, object, object];

const PROJECTS = {
  ...({ skip: 0, pages: false, writes: true, person: "user-000002", first: "list_users" } as const),
  prepare: ({ projects }: Emulator): void => {
    projects.setUser(PROJECT, "user-000002", "member");
  },
  // Who has left the organization has left its projects.
  now: ({ projects, users }: Emulator) =>
    users.get("user-000002") && projects.get(PROJECT)?.users["user-000002"],
  read: async ({ project }: Provider) => roleIn((await project.read(PROJECT, AS_MEMBER)).props),
} as const;

function roleIn(state: object | undefined = { members: {} }): string | undefined {
  const { members, stages } = state as ProjectState;
  return stages?.["user-000002"] === undefined ? members["user-000002"] : undefined;
}

/** Has a project's roster become another. */
const becomes =
  (before: object, after: object) =>
  async ({ project }: Provider): Promise<unknown> =>
    roleIn((await bare(project.update(PROJECT, before, after))).outs);

/** Without what a roster says around the error of a request. */
async function bare<T>(running: Promise<T>): Promise<T> {
  return running.catch((error: unknown) => {
    const around =
      /^members: Invitations could not be read: |^Could not [^:]*: |\. To go on without them, set .*/g;
    throw new Error((error as Error).message.replace(around, ""));
  });
}

async function listed({ roster }: Provider, { userId }: RoleState): Promise<unknown> {
  const { props } = await roster.read("roster", { members: { [userId]: "member" } });
  return (props?.members as Readonly<Record<string, unknown>> | undefined)?.[userId];
}

/** Every operation of the API, as a handler comes to it. */
export const OPERATIONS: readonly Operation[] = [
  { ...READS, name: "list, first page", api: "list_users", pages: true, run: listed },
  {
    ...about("user-000120"),
    name: "list, later page",
    api: "list_users",
    skip: 1,
    pages: true,
    run: listed,
  },
  {
    ...READS,
    name: "list, by email",
    api: "list_users",
    run: async ({ roles }) => {
      const inputs = { email: "user2@example.com", role: "member", onDelete: "retain" } as const;
      return (await roles.create(inputs)).outs?.role;
    },
  },
  {
    ...READS,
    name: "retrieve",
    api: "retrieve_user",
    run: async ({ roles }, before) => (await roles.read(before.userId, before)).props?.role,
  },
  {
    ...about("user-000002", "owner"),
    name: "modify",
    api: "modify_user",
    first: "retrieve_user",
    writes: true,
    run: async ({ roles }, before) => {
      const { userId } = before;
      return (await roles.update(userId, before, { userId, role: "owner", onDelete: "remove" })).outs?.role;
    },
  },
  {
    ...READS,
    name: "delete",
    api: "delete_user",
    first: "retrieve_user",
    writes: true,
    after: undefined,
    run: async ({ roles }, before) => {
      await roles.delete(before.userId, before);
      return undefined;
    },
  },
  {
    ...INVITES,
    name: "list invitations",
    api: "list_invites",
    writes: false,
    after: "member",
    prepare: invited,
    run: async (provider) => {
      const checked = provider.roster.check({}, { ...WITH, undeclaredInvites: "error" });
      const [failure] = (await checked).failures ?? [];
      if (failure !== undefined) await bare(Promise.reject(new Error(failure.reason)));
      return INVITES.read(provider);
    },
  },
  {
    ...INVITES,
    name: "invite",
    api: "create_invite",
    writes: true,
    after: "member",
    run: async ({ roster }) => roleInvited((await bare(roster.update("roster", WITHOUT, WITH))).outs),
  },
  {
    ...INVITES,
    name: "revoke",
    api: "delete_invite",
    writes: true,
    after: undefined,
    prepare: invited,
    run: async ({ roster }) => roleInvited((await bare(roster.update("roster", WITH, WITHOUT))).outs),
  },
  {
    ...PROJECTS,
    name: "list a project",
    api: "list_project_users",
    writes: false,
    after: "member",
    run: PROJECTS.read,
  },
  {
    ...PROJECTS,
    name: "add to a project",
    api: "create_project_user",
    after: "member",
    prepare: () => undefined,
    run: becomes(IN_NOBODY, AS_MEMBER),
  },
  {
    ...PROJECTS,
    name: "change in a project",
    api: "modify_project_user",
    after: "owner",
    run: becomes(AS_MEMBER, AS_OWNER),
  },
  {
    ...PROJECTS,
    name: "look at who is to be removed from a project",
    api: "retrieve_project_user",
    writes: false,
    after: undefined,
    run: becomes(AS_MEMBER, IN_NOBODY),
  },
  {
    ...PROJECTS,
    name: "remove from a project",
    api: "delete_project_user",
    after: undefined,
    run: becomes(AS_MEMBER, IN_NOBODY),
  },
];

/** The organization of an operation: small, where it asks for no pages. */
export function organizationOf({ pages }: Operation): EmulatorOptions {
  return { users: pages ? PEOPLE : 4, projects: [{ id: PROJECT, users: OTHERS }] };
}
