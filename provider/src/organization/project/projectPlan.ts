import type { ProjectRole } from "../../users-api/role";
import type { OrganizationUser, Project, ProjectUser } from "../../users-api/schema";
import { shown } from "../../text";
import { projectWords } from "../changeLine";
import type { Entry } from "../entry";
import { asUndeclared } from "../lines";
import type { People } from "../people";
import { firstLines, listed, named } from "../person";
import type { Change } from "../roster/changes";
import type { Identified } from "../roster/identify";
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
  /** The ids of those among them whom the program makes something else. */
  readonly ceasing: ReadonlySet<string>;
  /** The ids of those whom the program's roster removes from the organization. */
  readonly leaving: ReadonlySet<string>;
  /** The entries of absent people who are invited, or will be. */
  readonly invited: ReadonlySet<Entry>;
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
): ProjectPlan {
  const { project, users, people, identified, aliases, owners, ceasing } = situation;
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
    refusals: [...identified.refusals, ...absent.refusals, ...undeclared.refusals],
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
    owners: people.all.filter(({ userId }) => owners.has(userId) && !ceasing.has(userId)),
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
  { project, users, identified, owners, ceasing, leaving }: ProjectSituation,
  declaration: Declaration,
  before: Before,
) {
  const there = new Map(users.map(({ userId, role }) => [userId, role]));
  const changes: Change[] = [];
  const members: Record<Entry, string> = {};
  const remembered: Record<Entry, RosterPerson> = {};
  const fixed: OrganizationUser[] = [];
  const waiting: OrganizationUser[] = [];
  for (const [entry, user] of identified.users) {
    const role = projectRole(declaration, entry);
    const now = there.get(user.userId);
    remembered[entry] = { userId: user.userId };
    const isLeaving = leaving.has(user.userId);
    const isFixed = owners.has(user.userId) && !isLeaving;
    if (isFixed && ceasing.has(user.userId)) waiting.push(user);
    else if (isFixed && role === "member") fixed.push(user);
    const isRight = isFixed || isLeaving || role === undefined || role === now;
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
  const where = projectWords(project);
  const warnings = [
    ...about(
      fixed.map(named),
      (who) =>
        `Declared as member in ${where}, and owner there all the same, as an owner of the organization: ${who}. Declare ` +
        `them as owner, or change their role in the organization.`,
    ),
    ...about(
      waiting.map(named),
      (who) =>
        `Owner of ${where} until the role in the organization has changed: ${who}. The next update sets the role declared ` +
        `here (this one, if this roster depends on the organization's).`,
    ),
  ];
  return { changes, members, remembered, warnings };
}

/** A line about some people, if there are any. */
function about(names: readonly string[], line: (who: string) => string): string[] {
  return names.length === 0 ? [] : [line(firstLines(names).join(", "))];
}

/** Those whom the roster names, and who are not in the organization, or leave it. */
function planAbsent(
  { project, identified, aliases, invited, leaving }: ProjectSituation,
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
  const missing = [
    ...about(by.absent.map(shown), (who) => `Not in the organization, and so not in ${where}: ${who}.`),
    ...about(
      [...identified.users.values()].filter(({ userId }) => leaving.has(userId)).map(named),
      (who) => `Leaving the organization in this update, and so ${where}: ${who}. Take out the line.`,
    ),
    ...about(by.left.map(shown), (who) => `${who} left the organization, and so ${where}: take out the line.`),
  ];
  const advice = 'Check the spelling, invite them, or set absent to "warn".';
  const isRefused = declaration.absent === "error" && missing.length > 0;
  return {
    members,
    remembered,
    refusals: isRefused ? [...missing, advice] : [],
    warnings: [
      ...about(
        by.invited.map(shown),
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
