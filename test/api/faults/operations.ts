import type { Operation as ApiOperation } from "../../../emulator/src";
import type { RoleState } from "../../../provider/src/organization/role/roleState";
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
  /** The person whom it is about, a member. */
  readonly person: string;
  /** Whether it asks for pages of everybody. */
  readonly pages: boolean;
  /** Whether it changes the person. */
  readonly writes: boolean;
  /** Does it; answers the role that the person has by then, as the handler believes. */
  readonly run: (provider: Provider, before: RoleState) => Promise<string | undefined>;
}

const READS = { skip: 0, person: "user-000002", pages: false, writes: false };

async function listed({ roster }: Provider, { userId }: RoleState): Promise<string | undefined> {
  const { props } = await roster.read("roster", { members: { [userId]: "member" } });
  return props?.members[userId];
}

/** Every operation of the API, as a handler comes to it. */
export const OPERATIONS: readonly Operation[] = [
  { ...READS, name: "list, first page", api: "list_users", pages: true, run: listed },
  {
    ...READS,
    name: "list, later page",
    api: "list_users",
    skip: 1,
    person: "user-000120",
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
    ...READS,
    name: "modify",
    api: "modify_user",
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
    run: async ({ roles }, before) => {
      await roles.delete(before.userId, before);
      return undefined;
    },
  },
];
