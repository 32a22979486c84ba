import type { ProjectRole } from "../../users-api/role";
import type { OrganizationUser, Project, ProjectUser } from "../../users-api/schema";
import { shown } from "../../text";
import { projectWords } from "../changeLine";
import type { Entry } from "../entry";
import { howToAllow, nameOf, type Limits } from "../guards/limits";
import { asUndeclared } from "../lines";
import type { People } from "../people";
import { firstLines, listed, named, peopleIn } from "../person";
import type { Change } from "../roster/changes";
import type { Identified } from "../roster/identify";
import { describe } from "../roster/lines";
import { declaredUntilNow, notKnownYet, planUndeclared, type RosterPlan } from "../roster/plan";
import type { Declaration } from "../roster/rosterInputs";
import {
  keepAsBefore,
  personBefore,
  type Before,
  type Entries,
  type RosterPerson,
} from "../roster/rosterState";

/** A project as it was read, and what is known of the organization around it. */
export interface ProjectSituation {
  readonly project: Project;
  /** Everybody in the project, as listed. */
  readonly users: readonly ProjectUser[];
  /** Everybody in the organization. */
  readonly people: People;
  readonly identified: Identified;
  /** Whom list_users answers for the email of an entry, under another email. */
  readonly aliases: ReadonlyMap<Entry, OrganizationUser>;
  /** The ids of those who own every project: the organization's owners, and whom the program makes one. */
  readonly owners: ReadonlySet<string>;
  /** The entries of absent people who are invited, or will be. */
  readonly invited: ReadonlySet<Entry>;
  /** The ids of those whom other rosters of the program take out of their projects, or demote there. */
  readonly leavingOthers: ReadonlySet<string>;
}

/** How a project differs from its roster. Its changes are in this order: additions, promotions, demotions, removals. */
export interface ProjectPlan extends Omit<RosterPlan, "invitations" | "joined" | "entries"> {
  /** The organization's owners, who are left alone. */
  readonly owners: readonly OrganizationUser[];
  readonly entries: Omit<Entries, "invited">;
}

const ACTS = ["add", "promote", "demote", "remove"] as const;

/** What to do about a project: a pure function of it, the declaration, and what the roster was until now. */
export function planProject(
  situation: ProjectSituation,
  declaration: Declaration,
  before: Before,
  limits: Limits,
): ProjectPlan {
  const { project, users, people, identified, aliases, owners } = situation;
  const declared = planDeclared(situation, declaration, before);
  const absent = planAbsent(situation, declaration, before);
  const spared = new Set([...aliases.values()].map(({ userId }) => userId));
  const others = users.filter(
    ({ userId }) => !identified.ids.has(userId) && !owners.has(userId) && !spared.has(userId),
  );
  const there = others.flatMap(({ userId, role }) => {
    const user = people.withId(userId);
    return user === undefined ? [] : [inProject(user, role)];
  });
  const undeclared = planUndeclared(there, declaration, declaredUntilNow(people, before), project);
  const all = [...declared.changes, ...undeclared.changes];
  const extra = undeclared.changes.map(
    ({ user }) => [people.entryFor(user), asUndeclared(user.role ?? "")] as const,
  );
  return {
    refusals: [
      ...identified.refusals,
      ...absent.refusals,
      ...undeclared.refusals,
      ...tooMany(undeclared.changes, situation, limits),
    ],
    warnings: [
      ...identified.warnings,
      ...[...aliases].map(([entry, user]) => anotherEmail(entry, user)),
      ...declared.warnings,
      ...undeclared.warnings,
      ...strangers(
        others.filter(({ userId }) => people.withId(userId) === undefined),
        project,
        declaration,
      ),
      ...absent.warnings,
      ...notKnownYet(declaration),
    ],
    changes: ACTS.flatMap((act) => all.filter((change) => change.act === act)),
    stays: undeclared.stays,
    owners: people.all.filter(({ userId }) => owners.has(userId)),
    entries: {
      members: { ...declared.members, ...absent.members },
      people: { ...declared.remembered, ...absent.remembered },
    },
    extra: Object.fromEntries(extra),
  };
}

/** A person of the organization with the role in the project; without one if they are not in it. */
function inProject(user: OrganizationUser, role: string | undefined): OrganizationUser {
  const person = { ...user };
  delete person.role;
  return role === undefined ? person : { ...person, role };
}

/** Those whom the roster names, and who are in the organization. */
function planDeclared(
  { project, users, identified, owners }: ProjectSituation,
  declaration: Declaration,
  before: Before,
) {
  const there = new Map(users.map(({ userId, role }) => [userId, role]));
  const changes: Change[] = [];
  const members: Record<Entry, string> = {};
  const remembered: Record<Entry, RosterPerson> = {};
  const fixed: OrganizationUser[] = [];
  for (const [entry, user] of identified.users) {
    const role = projectRole(declaration, entry);
    const now = there.get(user.userId);
    remembered[entry] = { userId: user.userId };
    const isFixed = owners.has(user.userId);
    if (isFixed && role === "member") fixed.push(user);
    const isRight = isFixed || role === undefined || role === now;
    const shownAs = (isRight ? role : undefined) ?? now;
    if (shownAs !== undefined) members[entry] = shownAs;
    if (isRight) continue;
    const act = now === undefined ? "add" : role === "owner" ? "promote" : "demote";
    changes.push({
      act,
      user: inProject(user, now),
      role,
      entry,
      wasDeclared: true,
      project,
    });
  }
  // Somebody is there, so a read must not show the entry as gone.
  keepAsBefore(identified.unclear, (entry) => projectRole(declaration, entry), before, {
    members,
    remembered,
  });
  const warnings =
    fixed.length === 0
      ? []
      : [
          `Declared as member in ${projectWords(project)}, and owner there all the same, as an owner of the organization: ` +
            `${listed(fixed)}. Once that role has changed, the next update does the rest (the same one, if this roster ` +
            `depends on the organization's).`,
        ];
  return { changes, members, remembered, warnings };
}

/** Those whom the roster names, and who are not in the organization. */
function planAbsent(
  { project, identified, aliases, invited }: ProjectSituation,
  declaration: Declaration,
  before: Before,
) {
  const members: Record<Entry, string> = {};
  const remembered: Record<Entry, RosterPerson> = {};
  const by: Record<"invited" | "left" | "absent", Entry[]> = { invited: [], left: [], absent: [] };
  for (const entry of identified.absent) {
    const was = personBefore(entry, before);
    const stage = invited.has(entry) ? "invited" : was.userId === undefined ? "absent" : "left";
    const isAlias = aliases.has(entry);
    if (!isAlias) by[stage].push(entry);
    remembered[entry] = isAlias ? was : { ...(was.userId !== undefined && { userId: was.userId }), stage };
    const role = projectRole(declaration, entry);
    // Who has left since is missing, so that drift shows.
    if (role !== undefined && (isAlias || stage !== "left" || was.stage === "left")) members[entry] = role;
  }
  const where = projectWords(project);
  const told = (entries: readonly Entry[]): string => firstLines(entries.map(shown)).join(", ");
  const lines = (entries: readonly Entry[], line: (who: string) => string): string[] =>
    entries.length === 0 ? [] : [line(told(entries))];
  const missing = [
    ...lines(by.absent, (who) => `Not in the organization, and so not in ${where}: ${who}.`),
    ...lines(by.left, (who) => `${who} left the organization, and so ${where}: take out the line.`),
  ];
  const advice = 'Check the spelling, invite them, or set absent to "warn".';
  const isRefused = declaration.absent === "error" && missing.length > 0;
  return {
    members,
    remembered,
    refusals: isRefused ? [...missing, advice] : [],
    warnings: [
      ...lines(
        by.invited,
        (who) =>
          `Not there yet, and added to ${where} by the next update after they have joined: ${who} (invited).`,
      ),
      ...(isRefused ? [] : missing),
    ],
  };
}

function projectRole({ members }: Declaration, entry: Entry): ProjectRole | undefined {
  const role = members.get(entry);
  return role === undefined ? undefined : role === "owner" ? role : "member";
}

function anotherEmail(entry: Entry, user: OrganizationUser): string {
  return (
    `list_users answers ${named(user)} for ${shown(entry)}, who was left alone in every project: declare the email that ` +
    `the organization has.`
  );
}

/** What to say about people in a project whom the organization does not list: nothing tells whether they own it. */
function strangers(users: readonly ProjectUser[], project: Project, declaration: Declaration): string[] {
  const isAsked = declaration.undeclaredOwners !== "ignore" || declaration.undeclaredMembers !== "ignore";
  if (users.length === 0 || !isAsked) return [];
  return [`In ${projectWords(project)}, not listed in the organization, and left alone: ${listed(users)}.`];
}

/** Why too many people would lose access, in whichever projects: a mistaken file must not lock a team out. */
function tooMany(
  undeclared: readonly Change[],
  { leavingOthers }: ProjectSituation,
  { maxRemovals }: Limits,
): string[] {
  const people = [...new Set([...undeclared.map(({ user }) => user.userId), ...leavingOthers])];
  if (undeclared.length === 0 || people.length <= maxRemovals.value) return [];
  const here = firstLines(undeclared.map((change) => describe(change))).join("; ");
  return [
    `${peopleIn(people)} not named in members would be removed from projects, or demoted there, but one update may do that ` +
      `to at most ${maxRemovals.value} (${nameOf(maxRemovals)}): ${here}. If all of this is intended, ` +
      howToAllow(maxRemovals, people.length),
  ];
}
