import type { Users } from "../../emulator/src";
import { decided, type Limits } from "./promises";
import { asRoles, ROSTER, type RosterProgram } from "./rosterProgram";
import { expectRosterUpdate } from "./rosterPromises";
import type { ResourceInState } from "./simulatedEngine";

/** A program without what must be refused: what somebody makes of it who reads the errors. */
export function mended(
  program: RosterProgram,
  state: readonly ResourceInState[],
  users: Users,
  limits: Limits,
): RosterProgram {
  const people = (of: RosterProgram): ReturnType<typeof decided> =>
    decided({
      users,
      state: state.filter(({ kind }) => kind === "role"),
      program: asRoles(of),
      refresh: true,
    });
  const isRefused = (of: RosterProgram): boolean =>
    expectRosterUpdate({ users, state, program: of, limits, refresh: true }).refusals.length > 0;

  let legal: RosterProgram = { ...program, members: {}, own: new Map() };
  for (const [name, args] of program.own) {
    const more = { ...legal, own: new Map(legal.own).set(name, args) };
    if (people(more).refusals.length === 0) legal = more;
  }
  for (const [key, role] of Object.entries(program.members)) {
    const more = { ...legal, members: { ...legal.members, [key]: role } };
    if (people(more).refusals.length === 0) legal = more;
  }
  if (isRefused(legal))
    legal = {
      ...legal,
      policies: { ...legal.policies, undeclaredOwners: "warn", undeclaredMembers: "warn" },
    };
  if (isRefused(legal)) legal = withOwner(legal, people(legal).ids, users);
  return legal;
}

/** The program with an owner of today as one who stays. */
function withOwner(program: RosterProgram, ids: ReadonlyMap<string, string>, users: Users): RosterProgram {
  const { members, own } = program;
  const userId = users.all().find(({ role }) => role === "owner")?.id ?? "";
  const name = [...ids].find(([, id]) => id === userId)?.[0];
  const args = name === undefined ? undefined : own.get(name);
  if (name !== undefined && args !== undefined)
    return { ...program, own: new Map(own).set(name, { ...args, role: "owner" }) };
  if (name !== undefined)
    return { ...program, members: { ...members, [name.slice(ROSTER.length + 1)]: "owner" } };
  if (program.present) return { ...program, members: { ...members, [userId]: "owner" } };
  return { ...program, own: new Map(own).set("owner", { userId, role: "owner" }) };
}
