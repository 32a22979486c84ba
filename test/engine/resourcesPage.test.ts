import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { LoggedRequest, NewUser } from "../../emulator/src";
import type { RunResult, Sandbox } from "../../tools/sandbox";
import { codeBlocks } from "../codeBlocks";
import { hasYaml, PLUGIN } from "./doors";
import { startEngine, TOP, type Engine } from "./engine";
import { CLI, hasGo, hasPythonSdk, installPython, runPython, runs, writeSdks } from "./sdks";

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
options: { refresh: always }
${codeBlocks("yaml").find(({ text }) => text.startsWith("# In Pulumi.yaml"))?.text ?? ""}`;

/** How programs in a language are run. */
interface Language {
  readonly name: string;
  readonly isHere: boolean;
  /** Makes ready what all programs need. */
  prepare(sandbox: Sandbox): Promise<void>;
  run(sandbox: Sandbox, command: "up" | "preview", program: readonly Name[]): Promise<RunResult>;
}

const YAML: Language = {
  name: "YAML",
  isHere: hasYaml,
  prepare: () => Promise.resolve(),
  async run(sandbox, command, program) {
    // The resources of all blocks are one part of the project file, and so are the outputs, which come last.
    const text = program.map((name) => block("yaml", name).replace(/^resources:\n/, "")).join("");
    const [resources = "", ...outputs] = text.split(/^outputs:\n/m);
    const more = outputs.length > 0 ? `outputs:\n${outputs.join("")}` : "";
    await sandbox.write("Pulumi.yaml", `${PROJECT}runtime: yaml\nresources:\n${resources}${more}`);
    return sandbox.pulumi([
      command,
      "--stack",
      "dev",
      ...(command === "up" ? ["--yes", "--skip-preview"] : []),
    ]);
  },
};

const PYTHON: Language = {
  name: "Python, with the SDK that Pulumi writes",
  isHere: hasPythonSdk,
  async prepare(sandbox) {
    await sandbox.write("Pulumi.yaml", `${PROJECT}runtime: python\n`);
    await installPython(sandbox, "packages", join(await sdks(), "python"));
  },
  run: (sandbox, command, program) =>
    runPython(sandbox, "packages", command, program.map((name) => block("python", name)).join("")),
};

const GO: Language = {
  name: "Go, with the SDK that Pulumi writes",
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
    await sandbox.write("Pulumi.yaml", `${PROJECT}runtime: go\n`);
  },
  run: (sandbox, command, program) => sandbox.run("./people", [command, ...program]),
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
          files: { "Pulumi.yaml": "name: people\nruntime: yaml\n" },
          links: { "node_modules/.bin/pulumi-resource-openai-organization": PLUGIN },
          env: { RESEARCH_ADMIN_KEY: "sk-admin-emulator" },
        });
        const { organization, sandbox } = engine;
        await language.prepare(sandbox);
        const runs = async (command: "up" | "preview", ...program: Name[]): Promise<Done> =>
          done(engine, await language.run(sandbox, command, program));

        const up = await runs("up", "research", "role", "project", "lookUps", "projects");
        expect(up.writes).toEqual(["user-abc", "user-bob", "user-dan", "user-eve", "user-rita"]);
        expect(up.output).toContain('are left alone there: "alice@example.com" ("user-alice")');
        // Neither that the plugin was found on the PATH, nor anything else but of the project.
        expect(up.output.match(/warning: (?!.*"Chatbot").*/g) ?? []).toEqual([]);
        expect(await engine.outputs()).toMatchObject({
          alice: "user-alice",
          projects: [{ name: "Chatbot", status: "active" }],
        });

        organization.users.change("user-dan", { role: "owner" });
        const drift = await runs("preview", "research", "role");
        expect(drift.output).toMatch(/OrganizationUserRole dan update.*\[diff: ~role\]/);
        expect((await runs("up", "research", "role")).writes).toEqual(["user-dan"]);

        // Both owners it does not name are demoted, and one is removed with the resource that named her.
        organization.users.change("user-dan", { role: "owner" });
        const roster = await runs("up", "roster");
        expect(roster.writes).toEqual(["user-bob", "user-dan", "user-rita", "user-rita"]);

        organization.groups.add({ name: "Ops", roles: ["owner"], users: ["user-dan"] });
        const refused = await language.run(sandbox, "preview", ["groups"]);
        expect(refused.code).not.toBe(0);
        expect(refused.output).toContain('Owners through the group "Ops"');
      },
      900_000,
    );
  },
);

interface Done {
  readonly output: string;
  /** Who was changed or removed. */
  readonly writes: readonly string[];
}

/** What a command did, which must have succeeded. */
function done({ organization }: Engine, { code, output }: RunResult): Done {
  if (code !== 0) throw new Error(`It exited with ${code}:\n${output}`);
  const writes = organization.requests.log().filter(({ method }) => method !== "GET");
  organization.requests.reset();
  return { output, writes: writes.map(whom).toSorted() };
}

function whom({ userId, body }: LoggedRequest): string {
  return userId ?? (JSON.parse(body) as { user_id?: string }).user_id ?? "";
}
