import { chmod, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { NewUser } from "../../emulator/src";
import type { Sandbox } from "../../tools/sandbox";
import { codeBlocks } from "../codeBlocks";
import { hasYaml, PLUGIN } from "./doors";
import { startEngine, TOP } from "./engine";
import { CLI, hasGo, hasPythonSdk, installPython, runs, writeSdks } from "./sdks";

/** The programs of the page: what one of its blocks begins with, in any language. */
const PROGRAMS = {
  role: /OrganizationUserRole[^]*\bdan@/,
  roster: /OrganizationRoster\b[^]*undeclared_?owners/i,
  groups: /owners_?through_?groups/i,
  lookUps: /getOrganizationUsers|GetOrganizationUsers|get_organization_users/,
  research: /RESEARCH_ADMIN_KEY/,
  project: /ProjectRoster\b/,
  projects: /getProjects|GetProjects|get_projects/,
};

type Name = keyof typeof PROGRAMS;
const NAMES = Object.keys(PROGRAMS) as Name[];

/** The page's block of a program. */
function block(language: string, name: Name): string {
  const found = codeBlocks(language).filter(
    ({ at, text }) => at.startsWith(join("docs", "RESOURCES.md")) && PROGRAMS[name].test(text),
  );
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw new Error(`${found.length} blocks: ${name} in ${language}`);
  return only.text;
}

/** What the page says for every language but YAML's own. */
const PROJECT = `name: people
${codeBlocks("yaml").find(({ text }) => text.startsWith("# In Pulumi.yaml"))?.text ?? ""}`;

/** How programs in a language are run. */
interface Language {
  readonly name: string;
  readonly isHere: boolean;
  /** Makes ready what all programs need. */
  prepare(sandbox: Sandbox): Promise<void>;
  /** Has these blocks be the program from now on. */
  declare(sandbox: Sandbox, blocks: readonly Name[]): Promise<void>;
}

const YAML: Language = {
  name: "YAML",
  isHere: hasYaml,
  prepare: () => Promise.resolve(),
  async declare(sandbox, blocks) {
    // The resources of all blocks are one part of the project file, and so are the outputs, which come last.
    const text = blocks.map((name) => block("yaml", name).replace(/^resources:\n/, "")).join("");
    const [resources = "", ...outputs] = text.split(/^outputs:\n/m);
    const more = outputs.length > 0 ? `outputs:\n${outputs.join("")}` : "";
    await sandbox.write("Pulumi.yaml", `${PROJECT}runtime: yaml\nresources:\n${resources}${more}`);
  },
};

/** A project whose program is an executable. */
const BINARY = (language: string): string =>
  `${PROJECT}runtime: { name: ${language}, options: { binary: people } }\n`;

const PYTHON: Language = {
  name: "Python, with the SDK that Pulumi writes (with TEST_SDKS=true)",
  isHere: hasPythonSdk,
  async prepare(sandbox) {
    const path = await installPython(sandbox, await sdks());
    const main = join(TOP, "test", "engine", "sdks", "program.py");
    await sandbox.write("people", `#!/bin/sh\nPYTHONPATH="${path}" exec python3 "${main}"\n`);
    await chmod(join(sandbox.folder, "people"), 0o755);
    await sandbox.write("Pulumi.yaml", BINARY("python"));
  },
  declare: (sandbox, blocks) =>
    sandbox.write("program.py", blocks.map((name) => block("python", name)).join("")),
};

const GO: Language = {
  name: "Go, with the SDK that Pulumi writes (with TEST_SDKS=true)",
  isHere: hasGo,
  async prepare(sandbox) {
    const sdk = "example.com/pulumi-openai-organization/sdk/go";
    const pulumi = "github.com/pulumi/pulumi/sdk/v3";
    const requirements = `require (\n${sdk} v0.0.0\n${pulumi} v${CLI}\n)\nreplace ${sdk} => ${await sdks()}/go\n`;
    const functions = NAMES.map((name) => {
      const text = block("go", name);
      return `"${name}": func(ctx *pulumi.Context) error {\n${text}return ${text.includes("err") ? "err" : "nil"}\n},\n`;
    });
    const imports = `import (\nopenai "${sdk}/openaiorganization"\n"${pulumi}/go/pulumi"\n)\n`;
    const blocks = `package main\n${imports}var blocks = map[string]pulumi.RunFunc{\n${functions.join("")}}\n`;
    await sandbox.write("go.mod", `module people\ngo 1.25\n${requirements}`);
    await sandbox.write("blocks.go", blocks);
    await copyFile(join(TOP, "test", "engine", "sdks", "program.go"), join(sandbox.folder, "main.go"));
    await runs(sandbox, "go", "build", "-mod=mod", "-o", "people", ".");
    await sandbox.write("Pulumi.yaml", BINARY("go"));
  },
  declare: (sandbox, blocks) => sandbox.write("blocks", blocks.join(" ")),
};

let made: Promise<string> | undefined;

/** The SDKs for Python and Go, as Pulumi's own generator writes them. */
function sdks(): Promise<string> {
  return (made ??= generate());
}

async function generate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-openai-sdks-"));
  await writeSdks(folder);
  return folder;
}

afterAll(async () => {
  if (made !== undefined) await rm(await made, { recursive: true });
});

const PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", role: "owner" },
  { id: "user-abc", email: "build@example.com", role: "member" },
  { id: "user-bob", email: "bob@example.com", role: "member" },
  { id: "user-dan", email: "dan@example.com", role: "owner" },
  { id: "user-eve", email: "eve@example.com", role: "member" },
  { id: "user-rita", email: "rita@example.com", role: "member" },
];

test.each(["yaml", "python", "go"])("the page has each program once in %s", (language) => {
  for (const name of NAMES) expect(block(language, name)).not.toBe("");
});

describe.each([YAML, PYTHON, GO].map((language) => [language.name, language] as const))(
  "the programs of the page in %s",
  (_name, language) => {
    (language.isHere ? test : test.skip)(
      "declare a role and a roster, see drift and repair it, look people up, and manage a second organization",
      async () => {
        const engine = await startEngine({
          users: PEOPLE,
          groups: [{ name: "Platform admins", roles: ["owner"], users: ["user-dan"] }],
          projects: [{ id: "proj_abc", name: "Chatbot", users: { "user-eve": "member" } }],
          nodeModules: null,
          ownProcess: false,
          files: { "Pulumi.yaml": "name: people\n" },
          links: { "node_modules/.bin/pulumi-resource-openai-organization": PLUGIN },
          env: { RESEARCH_ADMIN_KEY: "sk-admin-emulator" },
        });
        const { organization, sandbox } = engine;
        await language.prepare(sandbox);

        await language.declare(sandbox, ["research", "role", "project", "lookUps", "projects"]);
        const up = await engine.up();
        expect(up.writes.toSorted()).toEqual([
          "create_project_user proj_abc user-abc member",
          "create_project_user proj_abc user-bob owner",
          "delete_project_user proj_abc user-eve",
          "modify_user user-dan member",
          "modify_user user-rita owner",
        ]);
        expect(up.output).toContain('are left alone there: "alice@example.com" ("user-alice")');
        // Neither that the plugin was found on the PATH, nor anything else but of the project.
        expect(up.output.match(/warning: (?!.*"Chatbot").*/g) ?? []).toEqual([]);
        expect(await engine.outputs()).toMatchObject({
          alice: "user-alice",
          projects: [{ name: "Chatbot", status: "active" }],
        });

        organization.users.change("user-dan", { role: "owner" });
        await language.declare(sandbox, ["research", "role"]);
        const repaired = await engine.up();
        expect(repaired.output).toMatch(/OrganizationUserRole dan updated .*\[diff: ~role\]/);
        expect(repaired.writes).toEqual(["modify_user user-dan member"]);

        // Both owners it does not name are demoted, and one is removed with the resource that named her.
        organization.users.change("user-dan", { role: "owner" });
        await language.declare(sandbox, ["roster"]);
        expect((await engine.up()).writes.toSorted()).toEqual([
          "delete_user user-rita",
          "modify_user user-bob owner",
          "modify_user user-dan member",
          "modify_user user-rita member",
        ]);

        organization.groups.add({ name: "Ops", roles: ["owner"], users: ["user-dan"] });
        await language.declare(sandbox, ["groups"]);
        expect((await engine.fails("preview")).output).toContain('Owners through the group "Ops"');
      },
      900_000,
    );
  },
);
