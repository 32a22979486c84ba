import { sameRole, type Role } from "../../users-api/role";
import type { OrganizationUser } from "../../users-api/schema";
import { formatChange, type Tense } from "../changeLine";
import { notesOn } from "../person";

/** What giving somebody a role changes; undefined if the person has it. */
export function roleLine(
  user: OrganizationUser,
  role: Role,
  tense: Tense,
  why = "declared",
): string | undefined {
  if (sameRole(user.role, role)) return undefined;
  const act = role === "owner" ? "promote" : "demote";
  return formatChange({ ...user, act, from: user.role, to: role, why: `${why}${notesOn(user)}` }, tense);
}

export function removalLine(user: OrganizationUser): string {
  const why = `no longer declared${notesOn(user)}`;
  return formatChange({ ...user, act: "remove", from: user.role, why }, "done");
}

export function retainLine(user: OrganizationUser): string {
  return formatChange({
    ...user,
    act: "stay",
    from: user.role,
    why: 'no longer declared, onDelete is "retain"',
  });
}
