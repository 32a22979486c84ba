import type { Emulator, Operation as ApiOperation } from "../../../emulator/src";
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
];
