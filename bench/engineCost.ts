import { resolve } from "node:path";

import { startEmulator } from "pulumi-openai-organization-emulator";

import { ensurePulumi } from "../tools/pulumi-cli";
import { Sandbox } from "../tools/sandbox";
import type { Table } from "./table";

const MODULES = resolve(process.cwd(), "node_modules");

/** A provider that does nothing, with the same outputs, written as the tutorials have it: the SDK serialises the handlers. */
const TUTORIAL = `
const pulumi = require("@pulumi/pulumi");
const provider = {
  async check(olds, news) { return { inputs: news }; },
  async diff(id, olds, news) { return { changes: olds.role !== news.role }; },
  async create(inputs) {
    return { id: inputs.userId, outs: { ...inputs, email: inputs.userId + "@example.com", name: "User", addedAt: 1704067201 } };
  },
  async read(id, props) { return { id, props }; },
  async update(id, olds, news) { return { outs: { ...olds, ...news } }; },
  async delete(id, props) {},
};
class Role extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { email: undefined, name: undefined, addedAt: undefined, ...args }, undefined, "bench", "Role");
  }
}
`;

/** The same, its handlers in a module that the provider text names. */
const LITERAL = `
const pulumi = require("@pulumi/pulumi");
class Role extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/bench:Role", name, {
      email: undefined, name: undefined, addedAt: undefined,
      ...args,
      __provider: 'exports.handler = () => require("./provider.js").provider;\\n',
    });
  }
}
`;

const OURS = `const { OrganizationUserRole: Role } = require("pulumi-openai-organization");\n`;

const PROGRAMS = {
  "this provider": OURS,
  "(a) does nothing, serialised handlers": TUTORIAL,
  "(b) does nothing, literal provider text": LITERAL,
};

interface Usage {
  readonly wall: number;
  readonly cpu: number;
}

/** \`pulumi up\` and a preview without changes of so many resources: time, CPU of all processes, state. */
export async function measureEngineCost(resources: number): Promise<Table> {
  const { command } = await ensurePulumi();
  const rows = [];
  for (const [name, head] of Object.entries(PROGRAMS)) {
    // The first person is an owner, whom nobody demotes.
    await using emulator = await startEmulator({ users: resources + 1 });
    const [, ...members] = emulator.users.all().map((user) => user.id);
    const ids = JSON.stringify(members);
    await using sandbox = await Sandbox.open({
      pulumi: command,
      nodeModules: MODULES,
      files: {
        "package.json": "{}",
        "Pulumi.yaml": "name: bench\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "provider.js": `${TUTORIAL.slice(0, TUTORIAL.indexOf("class Role"))}\nexports.provider = provider;\n`,
        "index.js": `${head}\nfor (const userId of ${ids}) new Role(userId, { userId, role: "member" });\n`,
      },
      env: { OPENAI_BASE_URL: emulator.url, OPENAI_ADMIN_KEY: emulator.adminKey },
    });
    await sandbox.pulumi(["stack", "init", "bench"]);
    const up = await timed(sandbox, command, "up --yes --skip-preview --suppress-progress");
    const preview = await timed(sandbox, command, "preview --expect-no-changes --suppress-progress");
    const { stdout: state } = await sandbox.pulumi(["stack", "export", "--stack", "bench"]);
    rows.push([
      name,
      up.wall.toFixed(1),
      up.cpu.toFixed(1),
      preview.wall.toFixed(1),
      preview.cpu.toFixed(1),
      Buffer.byteLength(JSON.stringify(JSON.parse(state))),
    ]);
  }
  return {
    title: `pulumi up and a preview without changes of ${resources.toLocaleString("en-US")} resources`,
    head: ["provider", "up (s)", "up, CPU (s)", "preview (s)", "preview, CPU (s)", "state (bytes)"],
    rows,
  };
}

/** Runs a command under the shell's own accounting, which counts the processes that a process waited for. */
async function timed(sandbox: Sandbox, pulumi: string, args: string): Promise<Usage> {
  const script = `TIMEFORMAT='%R %U %S'; time '${pulumi}' ${args} --stack bench >&2`;
  const { code, output } = await sandbox.run("bash", ["-c", script]);
  if (code !== 0) throw new Error(`pulumi ${args} failed: ${output}`);
  const [wall = NaN, user = NaN, system = NaN] = (output.trim().split("\n").at(-1) ?? "")
    .split(" ")
    .map(Number);
  return { wall, cpu: user + system };
}
