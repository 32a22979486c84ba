import { formatUnread } from "../lines";
import type { Session } from "../session";
import { planRoster, type RosterPlan } from "./plan";
import type { Declaration } from "./rosterInputs";
import { beforeOf, type RosterState } from "./rosterState";
import { isFinal, readSituation, type SituationRead } from "./situation";

/** A plan for an organization. */
export interface PlanNow extends RosterPlan {
  /** The organization's name, if the API says it. */
  readonly organization: string | undefined;
  /** Why invitations that matter could not be read. */
  readonly blind?: string;
}

/**
 * The plan for the organization as it is now, which refuses to change the owner of the key in use.
 *
 * @throws Error if it is another organization than before.
 */
export async function planNow(
  session: Session,
  declaration: Declaration,
  state: Partial<RosterState> | undefined,
): Promise<PlanNow> {
  const before = beforeOf(state);
  const situation = await readSituation(session, declaration, before);
  const organization = session.organizationOf(state?.organization);
  const plan = planRoster(situation, declaration, before, session.limits);
  const refusals: string[] = [];
  for (const { user } of plan.changes.filter(({ act }) => act !== "promote")) {
    await session.owners.refuseKeyOwner(user).catch((error: unknown) => {
      refusals.push((error as Error).message);
    });
  }
  // A resource of their own, which an update that failed has left, removes or demotes some of them.
  const stays = plan.stays.filter(({ userId = "" }) => !session.removals.isForeseen(userId));
  const plannedNow = { ...plan, stays, organization, refusals: [...plan.refusals, ...refusals] };
  return withoutInvites(plannedNow, situation, declaration);
}

/**
 * If invitations cannot be read for now, everything else goes on; if they never can, whatever depends on them is refused.
 */
function withoutInvites(plan: PlanNow, { problem }: SituationRead, declaration: Declaration): PlanNow {
  if (problem === undefined) return plan;
  const reason = formatUnread(problem.message);
  const { undeclaredInvites: policy, absent } = declaration;
  const { people, invited } = plan.entries;
  const isAwaited =
    Object.keys(invited).length > 0 || Object.values(people).some(({ stage }) => stage !== undefined);
  const isNeeded = (absent === "invite" && isAwaited) || policy === "error" || policy === "revoke";
  if (isNeeded && (policy === "error" || isFinal(problem))) {
    const advice = 'To go on without them, set absent to "warn" and undeclaredInvites to "ignore".';
    return { ...plan, refusals: [...plan.refusals, `${reason}. ${advice}`] };
  }
  const warning = `${reason}. For now, nobody is invited and no invitation is revoked.`;
  return { ...plan, warnings: [...plan.warnings, warning], ...(isNeeded && { blind: reason }) };
}
