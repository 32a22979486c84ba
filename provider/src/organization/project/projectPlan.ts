import type { OrganizationUser, Project, ProjectUser } from "../../users-api/schema";
import { shown } from "../../text";
import { projectWords } from "../changeLine";
import type { Entry } from "../entry";
import { asUndeclared } from "../lines";
import { firstLines, listed, named, NO_ROLE } from "../person";
import type { Situation } from "../roster/changes";
import {
  anotherEmail,
  declaredUntilNow,
  inOrder,
  notKnownYet,
  planDeclared,
  planUndeclared,
  type RosterPlan,
} from "../roster/plan";
import type { Declaration } from "../roster/rosterInputs";
import { personBefore, type Before, type RosterPerson } from "../roster/rosterState";

/** A project as it was read, and what is known of the organization around it. */
export interface ProjectSituation extends Pick<Situation, "people" | "identified" | "aliases"> {
  readonly project: Project;
  /** Everybody in the project, as listed. */
  readonly users: readonly ProjectUser[];
  /** The ids of those who own every project: the organization's owners, and whom the program makes one. */
  readonly owners: ReadonlySet<string>;
  /** The ids of those among them whom the program makes something else. */
  readonly ceasing: ReadonlySet<string>;
  /** The ids of those whom the program's roster removes from the organization. */
  readonly leaving: ReadonlySet<string>;
  /** The entries of absent people who are invited, or will be. */
  readonly invited: ReadonlySet<Entry>;
}

/** How a project differs from its roster. */
export interface ProjectPlan extends RosterPlan {
  /** The organization's owners, who are left alone. */
  readonly owners: readonly OrganizationUser[];
}

/** What to do about a project: a pure function of it, the declaration, and what the roster was until now. */
export function planProject(
  situation: ProjectSituation,
  declaration: Declaration,
  before: Before,
): ProjectPlan {
  const { project, users, people, identified, aliases, owners, ceasing } = situation;
  const declared = planThere(situation, declaration, before);
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
  const extra = undeclared.extra.map(
    (user) => [people.entryFor(user), asUndeclared(user.role ?? NO_ROLE)] as const,
  );
  return {
    refusals: [...identified.refusals, ...absent.refusals, ...undeclared.refusals],
    warnings: [
      ...identified.warnings,
      ...[...aliases].map(([entry, user]) => anotherEmail(entry, user, identified)),
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
    changes: inOrder([...declared.changes, ...undeclared.changes]),
    invitations: [],
    stays: undeclared.stays,
    joined: [],
    owners: people.all.filter(({ userId }) => owners.has(userId) && !ceasing.has(userId)),
    entries: {
      members: { ...declared.members, ...absent.members },
      people: { ...declared.remembered, ...absent.remembered },
      invited: {},
    },
    extra: Object.fromEntries(extra),
  };
}

/** A person of the organization with the role in the project; without one if they are not in it. */
export function inProject(user: OrganizationUser, role: string | undefined): OrganizationUser {
  const person = { ...user };
  delete person.role;
  return role === undefined ? person : { ...person, role };
}

/** Those whom the roster names, and who are in the organization. The organization's owners, and who leaves it, wait. */
function planThere(
  { project, users, identified, owners, ceasing, leaving }: ProjectSituation,
  declaration: Declaration,
  before: Before,
) {
  const there = new Map(users.map(({ userId, role }) => [userId, role]));
  const all = [...identified.users];
  const waits = ({ userId }: OrganizationUser): boolean => owners.has(userId) || leaving.has(userId);
  const able = all.flatMap(([entry, user]) =>
    waits(user) ? [] : [[entry, inProject(user, there.get(user.userId))] as const],
  );
  const { changes, members, remembered } = planDeclared(
    able,
    identified.unclear,
    declaration,
    before,
    project,
  );
  const otherwise: OrganizationUser[] = [];
  for (const [entry, user] of all.filter(([, one]) => waits(one))) {
    const role = declaration.members.get(entry);
    const shownAs = role ?? there.get(user.userId);
    if (shownAs !== undefined) members[entry] = shownAs;
    remembered[entry] = { userId: user.userId };
    const isOtherwise = role === "member" || ceasing.has(user.userId);
    if (isOtherwise && !leaving.has(user.userId)) otherwise.push(user);
  }
  const warnings = about(
    otherwise.map(named),
    (who) =>
      `Owner of ${projectWords(project)}, whatever is declared there, as an owner of the organization: ${who}. Once that ` +
      `role has changed, the next update sets the declared one (the same update, if this roster depends on the ` +
      `organization's).`,
  );
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
    const role = declaration.members.get(entry);
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
    ...about(
      by.left.map(shown),
      (who) => `${who} left the organization, and so ${where}: take out the line.`,
    ),
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

/** What to say about people in a project whom the organization does not list: nothing tells whether they own it. */
function strangers(users: readonly ProjectUser[], project: Project, declaration: Declaration): string[] {
  const isAsked = declaration.undeclaredOwners !== "ignore" || declaration.undeclaredMembers !== "ignore";
  if (users.length === 0 || !isAsked) return [];
  return [`In ${projectWords(project)}, not listed in the organization, and left alone: ${listed(users)}.`];
}
