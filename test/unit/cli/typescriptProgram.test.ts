import { runInNewContext } from "node:vm";

import { stop, transform } from "esbuild";
import fc from "fast-check";

import { adoption, type Shape } from "../../../provider/src/cli/adopt/adoption";
import { typescriptProgram } from "../../../provider/src/cli/adopt/typescriptProgram";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers, hostileUsers, INVISIBLE } from "./people";

const SHAPES = ["roster", "resources"] as const;

afterAll(() => stop());

/** The arguments of the resources that a program makes: it is run where it can reach nothing else. */
async function resourcesOf(program: string): Promise<readonly unknown[]> {
  const { code } = await transform(program, { loader: "ts", format: "cjs" });
  const made: unknown[] = [];
  const Resource = function (...args: readonly unknown[]): void {
    made.push(args);
  };
  const theirPackage = { OrganizationRoster: Resource, OrganizationUserRole: Resource };
  runInNewContext(code, { exports: {}, require: () => theirPackage });
  return made;
}

function expected(users: readonly OrganizationUser[], shape: Shape): readonly unknown[] {
  const { people } = adoption(users, undefined, shape);
  if (shape === "resources")
    return people.map(({ name, by, user, role }) => [name, { [by]: user[by], role, onDelete: "retain" }]);
  const members = Object.fromEntries(people.map(({ by, user, role }) => [user[by] ?? "", role] as const));
  return [["people", expect.objectContaining({ members }) as unknown]];
}

test("whatever the organization, a program declares those who were found, and nothing that they call themselves is code", async () => {
  await fc.assert(
    fc.asyncProperty(anyUsers, fc.constantFrom(...SHAPES), async (users, shape) => {
      const program = typescriptProgram(adoption(users, undefined, shape));
      expect(await resourcesOf(program)).toEqual(expected(users, shape));
      expect(program).not.toMatch(INVISIBLE);
      expect(typescriptProgram(adoption(users.toReversed(), undefined, shape))).toBe(program);
    }),
    { examples: SHAPES.map((shape) => [hostileUsers(), shape]) },
  );
});
