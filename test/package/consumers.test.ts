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
function node(type: "module" | "commonjs", program: string): readonly string[] {
  const args = [`--input-type=${type}`, "--eval", program];
  return execFileSync(process.execPath, args, { cwd: TOP, encoding: "utf8" }).trim().split("\n");
}

/** Starts an emulator and prints the status with which it answers a listing. */
const LISTS = `
  startEmulator({ users: 3 }).then(async (emulator) => {
    const headers = { authorization: "Bearer " + emulator.adminKey };
    const answer = await fetch(emulator.url + "/organization/users", { headers });
    console.log(answer.status, (await answer.json()).data.length);
    await emulator.close();
  });
`;

test("an ESM program imports every name, and starts the published emulator", () => {
  const program = `
    import { ${NAMES.join(", ")} } from "pulumi-openai-organization";
    import { startEmulator } from "pulumi-openai-organization/emulator";
    console.log([${NAMES.join(", ")}].map((each) => typeof each).join());
    ${LISTS}
  `;
  expect(node("module", program)).toEqual([NAMES.map(() => "function").join(), "200 3"]);
});

test("a CommonJS program gets the same names, and no other, does not load the emulator with them, and can start it", () => {
  const program = `
    console.log(Object.keys(require("pulumi-openai-organization")).sort().join());
    console.log(Object.keys(require.cache).filter((path) => /dist.emulator|hono/.test(path)).length);
    const { startEmulator } = require("pulumi-openai-organization/emulator");
    ${LISTS}
  `;
  expect(node("commonjs", program)).toEqual([NAMES.toSorted().join(), "0", "200 3"]);
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

test("the emulator's types are complete", async () => {
  const emulator: Emulator = await startEmulator({ users: [{ id: "user-bob", role: "member" }] });
  expect(emulator.users.get("user-bob")?.role).toBe("member");
  await emulator.close();
});
