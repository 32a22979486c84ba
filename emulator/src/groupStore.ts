import { assignedRole, type AssignedRole, type NewAssignedRole } from "./roles";

/** A group of people, as the control side sees it. Never changes: a change makes a new object. */
export interface Group {
  readonly id: string;
  readonly name: string;
  /** Unix seconds. */
  readonly created_at: number;
  readonly is_scim_managed: boolean;
  readonly group_type: "group" | "tenant_group";
  readonly roles: readonly AssignedRole[];
  /** The ids of the people in it. */
  readonly users: readonly string[];
}

/** What may be said about a new group. Whatever is absent is generated. */
export interface NewGroup {
  /** Default `group_NNNNNN`. */
  readonly id?: string;
  /** Default `Group N`. Names need not be unique. */
  readonly name?: string;
  /** Default `false`. */
  readonly is_scim_managed?: boolean;
  /** Default `group`. */
  readonly group_type?: Group["group_type"];
  /** What the group gives to its people. Default nothing. */
  readonly roles?: readonly NewAssignedRole[];
  /** The ids of the people in it. Default nobody. Those who leave the organization leave the group. */
  readonly users?: readonly string[];
}

/** Groups, behind the API's back, in the order in which they were made. */
export interface Groups {
  all(): readonly Group[];
  get(id: string): Group | undefined;
  /** Throws a `RangeError` if the id is taken. */
  add(group: NewGroup): Group;
  /** The group as it is now. Throws a `RangeError` if there is no such group. */
  change(id: string, patch: Omit<NewGroup, "id">): Group;
  /** Whether there was such a group. */
  remove(id: string): boolean;
}

/** 2024-01-01T00:00:00Z: a fixed start keeps two runs alike. */
const FIRST_CREATED_AT = 1_704_067_200;

/** The groups, in memory. */
export class GroupStore implements Groups {
  readonly #groups = new Map<string, Group>();
  #number = 0;

  constructor(groups: readonly NewGroup[] = []) {
    for (const group of groups) this.add(group);
  }

  all(): readonly Group[] {
    return [...this.#groups.values()];
  }

  get(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  add({ roles = [], ...group }: NewGroup): Group {
    const number = ++this.#number;
    const added: Group = {
      id: `group_${String(number).padStart(6, "0")}`,
      name: `Group ${number}`,
      created_at: FIRST_CREATED_AT + number,
      is_scim_managed: false,
      group_type: "group",
      users: [],
      ...group,
      roles: roles.map(assignedRole),
    };
    if (this.#groups.has(added.id)) throw new RangeError(`group ${added.id} exists`);
    this.#groups.set(added.id, added);
    return added;
  }

  change(id: string, { roles, ...patch }: Omit<NewGroup, "id">): Group {
    const group = this.#groups.get(id);
    if (!group) throw new RangeError(`there is no group ${id}`);
    const changed = { ...group, ...patch, ...(roles && { roles: roles.map(assignedRole) }) };
    this.#groups.set(id, changed);
    return changed;
  }

  remove(id: string): boolean {
    return this.#groups.delete(id);
  }
}
