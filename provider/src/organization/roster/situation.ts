import {
  AbortedError,
  InvalidResponseError,
  PermissionDeniedError,
  refusesKey,
  StatusError,
  UsersApiError,
} from "../../users-api/errors";
import type { Invite, OrganizationUser } from "../../users-api/schema";
import { isEmail, type Entry } from "../entry";
import { UnseenError } from "../groups";
import { People } from "../people";
import type { Session } from "../session";
import { identify, type Identified } from "./identify";
import { looksAtInvites } from "./invitationPlan";
import type { GroupsRead, Situation } from "./changes";
import type { Declaration } from "./rosterInputs";
import { personBefore, type Before } from "./rosterState";

/** A situation; `problem`: why invitations that matter could not be read. */
export interface SituationRead extends Situation {
  readonly problem?: UsersApiError;
}

/** Reads what a plan depends on: everybody in the organization, and the invitations if they matter. */
export async function readSituation(
  session: Session,
  declaration: Declaration,
  before: Before,
): Promise<SituationRead> {
  const { people, identified, aliases } = await everybody(session, declaration, before);
  noteIdentified(session, identified);
  const looksAtGroups = declaration.ownersThroughGroups !== "ignore";
  const groups = looksAtGroups ? { groups: await groupsOf(session) } : {};
  const situation = { people, identified, aliases, invites: undefined, now: session.now(), ...groups };
  if (!looksAtInvites(declaration, identified.absent, before)) return situation;
  try {
    return { ...situation, invites: await invitesOf(session, before) };
  } catch (error) {
    if (!(error instanceof UsersApiError) || endsEverything(error)) throw error;
    return { ...situation, problem: error };
  }
}

/** Has declarations and secrets know who is meant by each entry. */
function noteIdentified({ declarations, secrets }: Session, { users }: Identified): void {
  for (const [entry, { userId, email }] of users) {
    // A resource that the roster replaces may know the person by an old email.
    if (isEmail(entry)) declarations.identify(entry, userId);
    if (secrets.has(entry)) secrets.add(email);
  }
}

/** Whether nothing else would get through either. */
export function endsEverything(error: UsersApiError): boolean {
  return error instanceof AbortedError || (refusesKey(error) && !(error instanceof PermissionDeniedError));
}

/** Whether asking again is useless. */
export function isFinal(error: UsersApiError): boolean {
  if (error instanceof StatusError) return error.status < 500 && ![408, 409, 429].includes(error.status);
  return error instanceof InvalidResponseError;
}

/**
 * Everybody in the organization (list_users), and whom a roster's entries mean. Pages can miss somebody who moves between
 * them, and absence has consequences, so declared people who are not listed are asked for by name.
 */
export async function everybody(
  session: Session,
  { members }: Declaration,
  before: Before,
): Promise<Pick<Situation, "people" | "identified" | "aliases">> {
  const { directory } = session;
  let people = await directory.people();
  let identified = identify(members.keys(), before, people);
  const found = await Promise.all(
    identified.absent.map(async (entry) => {
      const { userId, stage } = personBefore(entry, before);
      const known = isEmail(entry) ? userId : entry;
      // Who has left once is not asked for by id again.
      const user = known === undefined || stage !== undefined ? undefined : await directory.read(known);
      return user ?? (isEmail(entry) ? directory.findByEmail(entry) : undefined);
    }),
  );
  const others = found.filter((user) => user !== undefined);
  if (others.length > 0) {
    const all = new Map([...people.all, ...others].map((user) => [user.userId, user]));
    people = new People([...all.values()]);
    identified = identify(members.keys(), before, people);
  }
  return { people, identified, aliases: await aliasesOf(session, identified) };
}

/** list_groups, the roles of each, and the people of those with the owner role; or why they cannot be seen. */
async function groupsOf({ groups }: Session): Promise<GroupsRead> {
  try {
    return { all: await groups.all(), owners: await groups.owners() };
  } catch (error) {
    const isUnseen = error instanceof UsersApiError ? !endsEverything(error) : error instanceof UnseenError;
    if (!isUnseen) throw error;
    return { unseen: (error as Error).message };
  }
}

/** Whom the API answers for the email of an absent person, under another email. */
async function aliasesOf(
  { directory }: Session,
  { absent }: Identified,
): Promise<ReadonlyMap<Entry, OrganizationUser>> {
  const aliases = new Map<Entry, OrganizationUser>();
  for (const entry of absent.filter(isEmail)) {
    const user = await directory.aliasOf(entry);
    if (user !== undefined) aliases.set(entry, user);
  }
  return aliases;
}

/** list_invites, and retrieve_invite for each invitation that matters and that the list does not show. */
async function invitesOf({ invitations }: Session, before: Before): Promise<readonly Invite[]> {
  const invites = await invitations.all();
  const listed = new Set(invites.map(({ inviteId }) => inviteId));
  const found: Invite[] = [];
  for (const { person } of before.entries.values()) {
    const { stage, inviteId } = person;
    if (inviteId === undefined || listed.has(inviteId) || stage === "left" || stage === "revoked") continue;
    const invite = await invitations.find(inviteId);
    if (invite !== undefined) found.push(invite);
  }
  return [...invites, ...found];
}
