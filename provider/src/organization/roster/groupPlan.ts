import { nameOf, type Group } from "../../users-api/schema";
import { didYouMean } from "../../didYouMean";
import { sentences, shown } from "../../text";
import type { OwnerGroup } from "../effectiveOwners";
import { firstLines } from "../person";
import { formatThroughGroup } from "../throughGroupLine";
import type { GroupsRead, Situation } from "./changes";
import type { Identified } from "./identify";
import type { Declaration } from "./rosterInputs";

/** What a roster means for those who are owners through a group. It changes nobody, and no group. */
export interface GroupPlan {
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
  /** The names of the groups through which each person is an owner, by user id. */
  readonly groupsOf: ReadonlyMap<string, readonly string[]>;
  /** The ids of everybody in a group that `ownerGroups` names. */
  readonly accepted: ReadonlySet<string>;
}

const NOBODY: Pick<GroupPlan, "groupsOf" | "accepted"> = { groupsOf: new Map(), accepted: new Set() };

/** Who is an owner through a group, and may be: a pure function. */
export function planGroups(
  { groups, people, identified }: Situation,
  { members, ownersThroughGroups, ownerGroups }: Declaration,
): GroupPlan {
  if (groups === undefined) return { refusals: [], warnings: [], ...NOBODY };
  const isRefused = ownersThroughGroups === "error";
  const told = (problems: readonly string[], notes: readonly string[] = []) =>
    isRefused ? { refusals: problems, warnings: notes } : { refusals: [], warnings: [...problems, ...notes] };
  if ("unseen" in groups) return { ...told([unseen(groups.unseen, isRefused)]), ...NOBODY };

  const { accepted, problems, notes } = acceptedGroups(ownerGroups, groups);
  const declared = declaredOwners(members, identified);
  const undeclared = groups.owners
    .filter((group) => !accepted.has(group))
    .flatMap((group) => {
      const users = group.users.filter(({ userId }) => !declared.has(userId));
      if (users.length === 0) return [];
      return [
        formatThroughGroup(
          group,
          users.map((user) => people.withId(user.userId) ?? user),
        ),
      ];
    });
  const advice =
    undeclared.length > 0 && isRefused
      ? [
          "Take them out of the group, declare them as owners, name the group in ownerGroups, or set ownersThroughGroups " +
            'to "warn" or "ignore".',
        ]
      : [];
  const groupsOf = new Map<string, string[]>();
  for (const { name, users } of groups.owners)
    for (const { userId } of users) groupsOf.set(userId, [...(groupsOf.get(userId) ?? []), name]);
  return {
    ...told([...problems, ...undeclared, ...advice], notes),
    groupsOf,
    accepted: new Set([...accepted].flatMap(({ users }) => users.map(({ userId }) => userId))),
  };
}

function unseen(reason: string, isRefused: boolean): string {
  const advice = isRefused
    ? 'To go on without groups, set ownersThroughGroups to "warn" or "ignore".'
    : 'With ownersThroughGroups "ignore", nobody looks.';
  return sentences(["Owners through groups may be missing.", reason, advice]);
}

/** The ids of those whom a roster declares owners. A role that is not known yet may be that. */
function declaredOwners(members: Declaration["members"], { users }: Identified): ReadonlySet<string> {
  const declared = [...users].filter(([entry]) => [undefined, "owner"].includes(members.get(entry)));
  return new Set(declared.map(([, { userId }]) => userId));
}

/** The groups that `ownerGroups` names, and which of its names name none, or several. */
function acceptedGroups(names: readonly string[], { all, owners }: Exclude<GroupsRead, { unseen: string }>) {
  const accepted = new Set<OwnerGroup>();
  const problems: string[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const [group, ...more] = called(name, owners);
    if (group !== undefined && more.length === 0) accepted.add(group);
    else if (group !== undefined) {
      const ids = [group, ...more].map(({ groupId }) => shown(groupId)).join(" and ");
      problems.push(
        `Several groups are called ${shown(name)}, which ownerGroups names: ${ids}. Name the one you mean by its id.`,
      );
    } else if (called(name, all).length === 0) problems.push(noSuchGroup(name, all, owners));
    else
      notes.push(
        `The group ${shown(name)}, which ownerGroups names, does not have the owner role: nobody is an owner through it.`,
      );
  }
  return { accepted, problems, notes };
}

/** The groups that a text names: the one with that id, or else those with that name. */
function called<T extends Pick<Group, "groupId" | "name">>(text: string, groups: readonly T[]): readonly T[] {
  const withId = groups.filter(({ groupId }) => groupId === text);
  return withId.length > 0 ? withId : groups.filter(({ name }) => name === nameOf(text));
}

function noSuchGroup(name: string, all: readonly Group[], owners: readonly OwnerGroup[]): string {
  const names = [...new Set(all.flatMap((group) => [shown(group.name), shown(group.groupId)]))];
  const known =
    owners.length === 0
      ? "No group has the owner role."
      : `These have the owner role: ${firstLines(owners.map((group) => shown(group.name))).join(", ")}.`;
  return `There is no group ${shown(name)}, which ownerGroups names.${didYouMean(shown(name), names)} ${known}`;
}
