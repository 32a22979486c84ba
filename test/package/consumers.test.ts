import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

import { startEmulator, type Emulator } from "pulumi-openai-organization/emulator";
import ts from "typescript";

const TOP = resolve(__dirname, "..", "..");
const DIST = join(TOP, "provider", "dist");

/** The names that a program can import. */
const NAMES = [
  "OrganizationProvider",
  "OrganizationRoster",
  "OrganizationUserRole",
  "ProjectRoster",
  "getOrganizationUser",
  "getOrganizationUserOutput",
  "getOrganizationUsers",
  "getOrganizationUsersOutput",
  "getProjects",
  "getProjectsOutput",
];

/** What Node.js itself prints for a program: jest has a module loader of its own. */
function node(type: "module" | "commonjs", program: string): string {
  return execFileSync(process.execPath, [`--input-type=${type}`, "--eval", program], {
    cwd: TOP,
    encoding: "utf8",
  });
}

test("an ESM program imports every name", () => {
  const program = `
    import { ${NAMES.join(", ")} } from "pulumi-openai-organization";
    console.log([${NAMES.join(", ")}].map((each) => typeof each).join());
  `;
  expect(node("module", program).trim()).toBe(NAMES.map(() => "function").join());
});

test("a CommonJS program gets the same names, and no other", () => {
  const program = `console.log(Object.keys(require("pulumi-openai-organization")).sort().join())`;
  expect(node("commonjs", program).trim()).toBe(NAMES.toSorted().join());
});

test("the entry points that states name stay where they are", () => {
  const { resolve: find } = createRequire(join(TOP, "index.js"));
  expect(find("pulumi-openai-organization/handlers")).toBe(join(DIST, "dynamic", "handlers.js"));
});

/** The lines of a declaration file in which the type `any` stands. */
function anyIn(path: string, text: string): readonly string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: ${node.parent.getText(file)}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test("no declaration has the type any", () => {
  const paths = readdirSync(DIST, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".d.ts"),
  );
  expect(paths).toContain("index.d.ts");
  expect(paths.flatMap((path) => anyIn(path, readFileSync(join(DIST, path), "utf8")))).toEqual([]);
  expect(anyIn("x.d.ts", "export declare const x: any[];")).toEqual(["x.d.ts: any[]"]);
});

/** Starts an emulator and prints the status with which it answers a listing. */
const LISTS = `
  startEmulator({ users: 3 }).then(async (emulator) => {
    const headers = { authorization: "Bearer " + emulator.adminKey };
    const answer = await fetch(emulator.url + "/organization/users", { headers });
    console.log(answer.status, (await answer.json()).data.length);
    await emulator.close();
  });
`;

test.each([
  ["commonjs", `const { startEmulator } = require("pulumi-openai-organization/emulator"); ${LISTS}`],
  ["module", `import { startEmulator } from "pulumi-openai-organization/emulator"; ${LISTS}`],
] as const)("a %s program starts the published emulator", (type, program) => {
  expect(node(type, program).trim()).toBe("200 3");
});

test("the emulator's types are complete", async () => {
  const emulator: Emulator = await startEmulator({ users: [{ id: "user-bob", role: "member" }] });
  expect(emulator.users.get("user-bob")?.role).toBe("member");
  await emulator.close();
});

test("the main module loads neither the emulator nor what it is made of", () => {
  const program = `
    require("pulumi-openai-organization");
    console.log(Object.keys(require.cache).filter((path) => /dist.emulator|hono/.test(path)).length);
  `;
  expect(node("commonjs", program).trim()).toBe("0");
});
