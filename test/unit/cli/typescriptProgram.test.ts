import { runInNewContext } from "node:vm";

import fc from "fast-check";
import ts from "typescript";

import { adoption, type Shape } from "../../../provider/src/cli/adopt/adoption";
import { typescriptProgram } from "../../../provider/src/cli/adopt/typescriptProgram";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { problemsOf } from "../../problemsOf";
import { anyUsers, hostileUsers, INVISIBLE } from "./people";

const SHAPES = ["roster", "resources"] as const;

/** The arguments of the resources that a program makes: it is run where it can reach nothing else. */
function resourcesOf(program: string): readonly unknown[] {
  const { outputText, diagnostics = [] } = ts.transpileModule(program, { reportDiagnostics: true });
  expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
  const made: unknown[] = [];
  const Resource = function (...args: readonly unknown[]): void {
    made.push(args);
  };
  const theirPackage = { OrganizationRoster: Resource, OrganizationUserRole: Resource };
  runInNewContext(outputText, { exports: {}, require: () => theirPackage });
  return made;
}

function expected(users: readonly OrganizationUser[], shape: Shape): readonly unknown[] {
  const { people } = adoption(users, undefined, shape);
  if (shape === "resources")
    return people.map(({ name, by, user, role }) => [name, { [by]: user[by], role, onDelete: "retain" }]);
  const members = Object.fromEntries(people.map(({ by, user, role }) => [user[by] ?? "", role] as const));
  return [["people", expect.objectContaining({ members }) as unknown]];
}

test("whatever the organization, a program declares those who were found, and nothing that they call themselves is code", () => {
  fc.assert(
    fc.property(anyUsers, fc.constantFrom(...SHAPES), (users, shape) => {
      const program = typescriptProgram(adoption(users, undefined, shape));
      expect(resourcesOf(program)).toEqual(expected(users, shape));
      expect(program).not.toMatch(INVISIBLE);
      expect(typescriptProgram(adoption(users.toReversed(), undefined, shape))).toBe(program);
    }),
    { examples: SHAPES.map((shape) => [hostileUsers(), shape]) },
  );
});

test("the programs compile", () => {
  const programs = SHAPES.map((shape) => typescriptProgram(adoption(hostileUsers(), undefined, shape)));
  expect(problemsOf(programs)).toEqual([]);
});
