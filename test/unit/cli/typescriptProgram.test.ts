import { join, resolve } from "node:path";

import fc from "fast-check";
import ts from "typescript";

import { adoption, type Shape } from "../../../provider/src/cli/adopt/adoption";
import { typescriptProgram } from "../../../provider/src/cli/adopt/typescriptProgram";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { anyUsers, hostileUsers } from "./people";

const TOP = resolve(__dirname, "..", "..", "..");

const SHAPES = ["roster", "resources"] as const;

/** What is left of a program when its people are taken out: nothing from outside, if all is quoted. */
function skeleton(text: string): string {
  const source = parsed(text);
  return ts
    .createPrinter({ removeComments: true })
    .printFile(source)
    .replace(/(const people: Person\[\] = \[)[^]*?\n?(\];)/, "$1$2")
    .replace(/members: \{[^]*\}/, "members: {}");
}

function parsed(text: string): ts.SourceFile {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true });
  expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
  return ts.createSourceFile("index.ts", text, ts.ScriptTarget.ES2022, true);
}

/** The people of a program: each an object of string literals, or a property with one, or this throws. */
function entries(text: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) {
      for (const element of node.elements) {
        if (!ts.isObjectLiteralExpression(element)) throw new Error(`not an object: ${element.getText()}`);
        found.push(Object.fromEntries(element.properties.map(property)));
      }
    }
    if (ts.isPropertyAssignment(node) && ts.isObjectLiteralExpression(node.initializer))
      for (const member of node.initializer.properties) found.push(Object.fromEntries([property(member)]));
    ts.forEachChild(node, visit);
  };
  visit(parsed(text));
  return found;
}

function property(node: ts.ObjectLiteralElementLike): [string, string] {
  if (
    !ts.isPropertyAssignment(node) ||
    !ts.isStringLiteral(node.initializer) ||
    !(ts.isIdentifier(node.name) || ts.isStringLiteral(node.name))
  ) {
    throw new Error(`not a property with a string: ${node.getText()}`);
  }
  return [node.name.text, node.initializer.text];
}

function expected(users: readonly OrganizationUser[], shape: Shape): Record<string, string | undefined>[] {
  return adoption(users, undefined, shape).people.map(({ name, by, user, role }) =>
    shape === "roster" ? { [user[by] ?? ""]: role } : { name, [by]: user[by], role },
  );
}

/** A program without its people. An owner who cannot be declared changes a policy. */
function skeletonOf(users: readonly OrganizationUser[], shape: Shape): string {
  const odd = adoption(users, undefined, shape).leftOut.filter(({ user }) => user.role === "owner");
  return skeleton(
    typescriptProgram(
      adoption(
        odd.map(({ user }) => user),
        undefined,
        shape,
      ),
    ),
  );
}

test("the program of a small organization reads well", () => {
  const program = typescriptProgram(
    adoption([
      { userId: "user-bot", name: "Build bot", role: "member" },
      { userId: "user-bob", email: "bob@example.com", name: "Bob", role: "member" },
      { userId: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
      { userId: "user-x", email: "x@example.com" },
    ]),
  );
  expect(program).toContain(
    [
      "const people: Person[] = [",
      "  // 1 owner",
      '  { name: "alice", email: "alice@example.com", role: "owner" },',
      "  // 2 members",
      '  { name: "bob", email: "bob@example.com", role: "member" },',
      '  { name: "build-bot", userId: "user-bot", role: "member" }, // "Build bot"',
      "];",
    ].join("\n"),
  );
  expect(program).toContain('new OrganizationUserRole(name, { onDelete: "retain", ...person });');
  expect(program).toMatch(/\/\/ Not declared.*\n\/\/ - "user-x", "x@example.com": no role\n$/);
});

test.each(SHAPES)("nothing that people call themselves becomes code of %s", (shape) => {
  const users = hostileUsers();
  const program = typescriptProgram(adoption(users, undefined, shape));
  expect(entries(program)).toEqual(expected(users, shape));
  expect(skeleton(program)).toBe(skeletonOf(users, shape));
  // Nor can a reader be deceived about what stands there.
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(program).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\p{Cf}\u2028\u2029]/u);
});

test("whatever the organization, programs differ only in their entries, and those are what was found", () => {
  fc.assert(
    fc.property(anyUsers, fc.constantFrom(...SHAPES), (users, shape) => {
      const program = typescriptProgram(adoption(users, undefined, shape));
      expect(entries(program)).toEqual(expected(users, shape));
      expect(skeleton(program)).toBe(skeletonOf(users, shape));
      expect(typescriptProgram(adoption(users.toReversed(), undefined, shape))).toBe(program);
    }),
  );
});

test("2,000 people are 2,000 lines, not 2,000 blocks", () => {
  const users = Array.from({ length: 2000 }, (_, n) => ({
    userId: `user-${n}`,
    email: `user${n}@example.com`,
    role: n === 0 ? "owner" : "member",
  }));
  expect(typescriptProgram(adoption(users)).split("\n").length).toBeLessThan(2030);
});

test.each(SHAPES)("a program of %s compiles under strict rules", (shape) => {
  const file = join(TOP, "adopted.ts");
  const text = typescriptProgram(adoption(hostileUsers(), undefined, shape));
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    isolatedModules: true,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  const fileExists = host.fileExists.bind(host);
  const readFile = host.readFile.bind(host);
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.getSourceFile = (path, version) =>
    path === file ? ts.createSourceFile(path, text, version) : getSourceFile(path, version);
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([file], options, host));
  expect(diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual(
    [],
  );
});
