import { sentences } from "../../text";
import { PartlyApplied } from "../resource";
import type { Session } from "../session";
import { planNow } from "./planNow";
import { declarationOf, type RosterInputs } from "./rosterInputs";
import { keepSecrets, rosterStateOf, ROSTER_ID, type Entries, type RosterState } from "./rosterState";
import { RosterUpdate } from "./rosterUpdate";

/** The phases of an update: one begins once the one before has ended without a failure. */
const PHASES: readonly (readonly string[])[] = [["promote"], ["demote"], ["remove", "revoke"], ["invite"]];

/**
 * modify_user for each person whose role differs, delete_user for each who is to be removed, delete_invite and create_invite
 * for invitations: promotions, then demotions, then removals and revocations, then invitations. After a failure the next
 * of the four does not begin.
 *
 * @throws PartlyApplied if some of it failed.
 */
export async function applyRoster(
  session: Session,
  inputs: RosterInputs,
  state?: RosterState,
): Promise<RosterState> {
  if (state !== undefined) keepSecrets(session, state);
  const declaration = declarationOf(inputs);
  const plan = await planNow(session, declaration, state);
  if (plan.refusals.length > 0) throw new Error(sentences(plan.refusals));

  const update = new RosterUpdate(session, declaration, plan);
  const changes = [...plan.changes, ...plan.invitations];
  for (const acts of PHASES) {
    await Promise.all(changes.filter(({ act }) => acts.includes(act)).map((change) => update.make(change)));
    if (update.failures.any) break;
  }
  for (const line of plan.stays) session.say(line);
  const reasons = [...update.failures.reasons(), ...(plan.blind === undefined ? [] : [plan.blind])];
  const stateNow = (entries: Entries): RosterState =>
    rosterStateOf(inputs, entries, session, plan.organization);
  const { entries } = changes.length === 0 ? plan : update;
  if (reasons.length === 0) return stateNow({ ...entries, members: inputs.members });
  throw new PartlyApplied(ROSTER_ID, stateNow(entries), reasons.map(session.hide));
}
