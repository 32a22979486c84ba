import {
  measureStacks,
  NOTHING_PLUGIN,
  PLUGIN,
  USAGE_COLUMNS,
  usageCells,
  type Measured,
  type Rounds,
  type StackTable,
} from "./project";

/**
 * Handlers that return the outputs of the emulator's people and do nothing else, except what `create` does.
 */
const handlers = (create = ""): string => `
const pulumi = require("@pulumi/pulumi");
const provider = {
  async check(olds, news) { return { inputs: news }; },
  async diff(id, olds, news) { return { changes: olds.role !== news.role }; },
  async create(inputs) {
    ${create}
    const n = Number(inputs.userId.slice("user-".length));
    const outs = { ...inputs, email: "user" + n + "@example.com", name: "User " + n, addedAt: 1704067200 + n };
    return { id: inputs.userId, outs };
  },
  async read(id, props) { return { id, props }; },
  async update(id, olds, news) { return { outs: { ...olds, ...news } }; },
  async delete(id, props) {},
};
`;

/** One modify_user, as plain as can be. */
const MODIFY_USER = `
    const { body, statusCode } = await require("undici").request(
      process.env.OPENAI_BASE_URL + "/organization/users/" + inputs.userId,
      {
        method: "POST",
        headers: { authorization: "Bearer " + process.env.OPENAI_ADMIN_KEY, "content-type": "application/json" },
        body: JSON.stringify({ role: inputs.role }),
      },
    );
    await body.json();
    if (statusCode !== 200) throw new Error("modify_user failed with " + statusCode);
`;

/** A provider written as in the tutorials: the SDK serialises the handlers. */
const TUTORIAL = `
${handlers()}
class Role extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { email: undefined, name: undefined, addedAt: undefined, ...args }, undefined, "bench", "Role");
  }
}
`;

/**
 * The same with its handlers in a module that the provider text names. Its type is as long as ours, because
 * every URN has it.
 */
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

/** The type that the plugin serves, as the code generator writes it for a program in JavaScript. */
const OF_PLUGIN = `
const pulumi = require("@pulumi/pulumi");
class Role extends pulumi.CustomResource {
  constructor(name, args) {
    super("openai-organization:index:OrganizationUserRole", name, {
      email: undefined, name: undefined, addedAt: undefined, ...args,
    });
  }
}
`;

/** `pulumi up` and a preview without changes of so many resources: time, CPU of all processes, state. */
export async function measureEngineCost(resources: number, rounds: Rounds): Promise<StackTable> {
  // Ids as the emulator makes them. The first person is an owner, whom nobody demotes.
  const members = Array.from({ length: resources }, (_, n) => `user-${String(n + 2).padStart(6, "0")}`);
  const each = `\nfor (const userId of ${JSON.stringify(members)}) new Role(userId, { userId, role: "member" });\n`;
  const dynamic = (head: string, beside = ""): Measured => ({
    program: head + each,
    files: { "provider.js": `${beside}\nexports.provider = provider;\n` },
  });
  const yaml = {
    name: "bench",
    runtime: "yaml",
    resources: Object.fromEntries(
      members.map((userId) => [
        userId,
        { type: "openai-organization:OrganizationUserRole", properties: { userId, role: "member" } },
      ]),
    ),
  };
  const costs = await measureStacks(rounds, resources + 1, false, {
    "the dynamic provider": dynamic(OURS),
    "(a) does nothing, serialised handlers": dynamic(TUTORIAL),
    "(b) does nothing, literal provider text": dynamic(LITERAL, handlers()),
    "(c) as (b), and sends modify_user": dynamic(LITERAL, handlers(MODIFY_USER)),
    "the plugin": { program: OF_PLUGIN + each, plugin: PLUGIN },
    "(d) a plugin that does nothing": { program: OF_PLUGIN + each, plugin: NOTHING_PLUGIN },
    "the plugin, program in YAML": { files: { "Pulumi.yaml": JSON.stringify(yaml) }, plugin: PLUGIN },
    "(e) as (d), program in YAML": { files: { "Pulumi.yaml": JSON.stringify(yaml) }, plugin: NOTHING_PLUGIN },
  });
  const what = `${resources.toLocaleString("en-US")} resources`;
  const table = {
    title: `pulumi up and a preview without changes of ${what}`,
    head: ["provider", ...USAGE_COLUMNS, "state (bytes)"],
    rows: [...costs].map(([name, cost]) => [name, ...usageCells(cost), cost.state]),
  };
  return { what, table, costs };
}
