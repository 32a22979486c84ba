import type { Session } from "../session";
import { planNow } from "./planNow";
import { declarationOf, type RosterInputs } from "./rosterInputs";
import { keepSecrets, rosterStateOf, ROSTER_ID, type RosterState } from "./rosterState";
import { RosterUpdate } from "./rosterUpdate";

/**
 * modify_user for each person whose role differs, delete_user for each who is to be removed, delete_invite and create_invite
 * for invitations.
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
  const update = new RosterUpdate(session, declaration, plan);
  return update.run(ROSTER_ID, inputs.members, (entries) =>
    rosterStateOf(inputs, entries, session, plan.organization),
  );
}
