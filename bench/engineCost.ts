import { startEmulator } from "pulumi-openai-organization-emulator";

import { measureStack, USAGE_COLUMNS, usageCells } from "./project";
import type { Table } from "./table";

/** Handlers that do nothing, with the outputs that the emulator's people have, for a type of the same name as ours. */
const HANDLERS = `
const pulumi = require("@pulumi/pulumi");
const provider = {
  async check(olds, news) { return { inputs: news }; },
  async diff(id, olds, news) { return { changes: olds.role !== news.role }; },
  async create(inputs) {
    const n = Number(inputs.userId.slice("user-".length));
    const outs = { ...inputs, email: "user" + n + "@example.com", name: "User " + n, addedAt: 1704067200 + n };
    return { id: inputs.userId, outs };
  },
  async read(id, props) { return { id, props }; },
  async update(id, olds, news) { return { outs: { ...olds, ...news } }; },
  async delete(id, props) {},
};
`;

/** A provider written as the tutorials have it: the SDK serialises the handlers. */
const TUTORIAL = `
${HANDLERS}
class Role extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { email: undefined, name: undefined, addedAt: undefined, ...args }, undefined, "openai", "OrganizationUserRole");
  }
}
`;

/** The same, its handlers in a module that the provider text names. */
const LITERAL = `
const pulumi = require("@pulumi/pulumi");
class Role extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/openai:OrganizationUserRole", name, {
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

/** `pulumi up` and a preview without changes of so many resources: time, CPU of all processes, state. */
export async function measureEngineCost(resources: number): Promise<Table> {
  const rows = [];
  for (const [name, head] of Object.entries(PROGRAMS)) {
    // The first person is an owner, whom nobody demotes.
    await using emulator = await startEmulator({ users: resources + 1 });
    const [, ...members] = emulator.users.all().map((user) => user.id);
    const ids = JSON.stringify(members);
    const program = `${head}\nfor (const userId of ${ids}) new Role(userId, { userId, role: "member" });\n`;
    const cost = await measureStack(emulator, program, {
      files: { "provider.js": `${HANDLERS}\nexports.provider = provider;\n` },
    });
    rows.push([name, ...usageCells(cost), cost.state]);
  }
  return {
    title: `pulumi up and a preview without changes of ${resources.toLocaleString("en-US")} resources`,
    head: ["provider", ...USAGE_COLUMNS, "state (bytes)"],
    rows,
  };
}
