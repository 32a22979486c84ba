import {
  AbortedError,
  InvalidResponseError,
  PermissionDeniedError,
  refusesKey,
  StatusError,
  UsersApiError,
} from "../../users-api/errors";
import type { OrganizationUser } from "../../users-api/schema";
import type { Session } from "../session";
import { looksAtInvites, undeclaredInvitesOf, type KnownInvites } from "./invitationPlan";
import { finder, losesOwner, planRoster, type RosterPlan } from "./plan";
import type { RosterInputs } from "./rosterInputs";

/** A plan; `blind`: why invitations that matter could not be read. */
export interface PlanNow extends RosterPlan {
  readonly blind?: string;
}

/**
 * The plan for some users and, if they matter, the invitations (list_invites). If these cannot be read for now, everything
 * else goes on; if they never can, whatever depends on them is refused.
 */
export async function planFor(
  session: Session,
  users: readonly OrganizationUser[],
  inputs: RosterInputs,
  before: KnownInvites["before"],
): Promise<PlanNow> {
  const find = finder(users);
  const absent = Object.keys(inputs.members).filter((key) => find(key).length === 0);
  if (!looksAtInvites(inputs, absent, { before })) return planRoster(users, inputs, session.limits);
  try {
    const invites = await session.invitations.open();
    return planRoster(users, inputs, session.limits, { invites, before });
  } catch (error) {
    const isAboutInvites = error instanceof UsersApiError && !endsEverything(error);
    if (!isAboutInvites) throw error;
    const plan = planRoster(users, inputs, session.limits, { before });
    const reason = `Invitations could not be read: ${error.message}`;
    const policy = undeclaredInvitesOf(inputs);
    const isKnown = plan.unsure.length + Object.keys(plan.invited).length > 0;
    const isNeeded = isKnown || policy === "error" || policy === "revoke";
    if (isNeeded && (policy === "error" || isFinal(error))) {
      const advice = 'To go on without them, set absent to "warn" and undeclaredInvites to "ignore".';
      return { ...plan, refusals: [...plan.refusals, `${reason}. ${advice}`] };
    }
    const warning = `${reason}. For now, nobody is invited and no invitation is revoked.`;
    return { ...plan, warnings: [...plan.warnings, warning], ...(isNeeded && { blind: reason }) };
  }
}

/** Whether nothing else would get through either. */
function endsEverything(error: UsersApiError): boolean {
  return error instanceof AbortedError || (refusesKey(error) && !(error instanceof PermissionDeniedError));
}

/** Whether asking again is useless. */
function isFinal(error: UsersApiError): boolean {
  if (error instanceof StatusError) return error.status < 500 && ![408, 409, 429].includes(error.status);
  return error instanceof InvalidResponseError;
}

/** The plan for the organization as it is now, which refuses to change the owner of the key in use. */
export async function planNow(
  session: Session,
  inputs: RosterInputs,
  before: KnownInvites["before"],
): Promise<PlanNow> {
  const plan = await planFor(session, await everybody(session, inputs.members), inputs, before);
  const refusals: string[] = [];
  for (const { user } of plan.changes.filter(losesOwner)) {
    await session.owners.refuseKeyOwner(user).catch((error: unknown) => {
      refusals.push((error as Error).message);
    });
  }
  return { ...plan, refusals: [...plan.refusals, ...refusals] };
}

/**
 * Everybody in the organization (list_users). Pages can miss somebody who moves between them, and absence has
 * consequences, so declared people who are not listed are asked for by name.
 */
export async function everybody(
  { directory, declarations }: Session,
  members: RosterInputs["members"],
): Promise<OrganizationUser[]> {
  const users = await directory.list();
  const find = finder(users);
  const missing = Object.keys(members).filter((key) => find(key).length === 0);
  const found = await Promise.all(
    missing.map((key) => (key.includes("@") ? directory.findByEmail(key) : directory.read(key))),
  );
  const all = withThose(
    users,
    found.filter((user) => user !== undefined),
  );
  const findIn = all.length > users.length ? finder(all) : find;
  for (const email of Object.keys(members).filter((key) => key.includes("@"))) {
    const [user, ...others] = findIn(email);
    // A resource that the roster replaces may know the person by an old email.
    if (user !== undefined && others.length === 0) declarations.identify(email, user.userId);
  }
  return all;
}

/** Some users, and others, each once, as last read. */
function withThose(users: OrganizationUser[], others: readonly OrganizationUser[]): OrganizationUser[] {
  if (others.length === 0) return users;
  return [...new Map([...users, ...others].map((user) => [user.userId, user])).values()];
}
