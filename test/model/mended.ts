import type { Role } from "../../provider/src/users-api/role";
import type { Declared, Program } from "./program";
import { expectUpdate, owners, type Expectation, type Situation } from "./promises";

/** A program without what must be refused: what somebody makes of it who reads the errors. */
export function mended(situation: Situation): Program {
  const { users, program } = situation;
  const expected = (of: Program): Expectation => expectUpdate({ ...situation, program: of });
  const isRefused = (of: Program): boolean => expected(of).refusals.length > 0;

  let legal: Program = { roles: new Map() };
  for (const [name, declared] of program.roles) {
    const plain = { ...declared, output: undefined, late: undefined };
    const more: Program = { roles: new Map<string, Declared>(legal.roles).set(name, plain) };
    if (expected(more).wrong.length === 0) legal = more;
  }
  const { roster } = program;
  if (roster === undefined) {
    if (!isRefused(legal)) return legal;
    const [name, declared] = [...legal.roles][0] ?? [];
    if (name !== undefined && declared !== undefined)
      return { roles: new Map<string, Declared>(legal.roles).set(name, { ...declared, role: "owner" }) };
    const [userId] = owners(users);
    return { roles: new Map(userId === undefined ? [] : [["owner", { userId, role: "owner" as const }]]) };
  }
  let { policies } = roster;
  const withMembers = (members: Readonly<Record<string, Role>>): Program => ({
    ...legal,
    roster: { members, policies },
  });
  let members: Readonly<Record<string, Role>> = {};
  for (const [key, role] of Object.entries(roster.members)) {
    const more = { ...members, [key]: role };
    if (expected(withMembers(more)).wrong.length === 0) members = more;
  }
  const warn = { undeclaredOwners: "warn", undeclaredMembers: "warn", undeclaredInvites: "warn" } as const;
  if (isRefused(withMembers(members))) policies = { ...policies, ...warn };
  if (!isRefused(withMembers(members))) return withMembers(members);
  const [userId = ""] = owners(users);
  const [key = userId] = Object.keys(members).filter(
    (name) => !isRefused(withMembers({ ...members, [name]: "owner" })),
  );
  return withMembers({ ...members, [key]: "owner" });
}
