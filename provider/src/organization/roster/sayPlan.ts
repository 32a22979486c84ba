import { formatChange, formatMoreInvites, harmOrder, invitesMember } from "../changeLine";
import { firstLines, MOST_TOLD } from "../person";
import type { Session } from "../session";
import { accessChange } from "./lines";
import type { RosterPlan } from "./plan";

/** Shows what an update would do, harm first. Only who joined, and whom it invites as member, is cut. */
export function sayPlan(
  session: Session,
  { warnings, changes, invitations, stays, joined }: RosterPlan,
): void {
  for (const warning of warnings) session.say(warning, "warning");
  const all = [...changes, ...invitations]
    .map(accessChange)
    .sort((one, other) => harmOrder(one) - harmOrder(other));
  const invited = all.filter(invitesMember);
  const lines = [
    ...all.filter((change) => !invitesMember(change)).map((change) => formatChange(change)),
    ...stays.map((one) => formatChange(one)),
    ...firstLines(joined),
    ...invited.slice(0, MOST_TOLD).map((change) => formatChange(change)),
  ];
  const more = invited.length - MOST_TOLD;
  for (const line of [...lines, ...(more > 0 ? [formatMoreInvites(more)] : [])]) session.say(line, "plan");
}
