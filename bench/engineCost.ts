import { startEmulator } from "pulumi-openai-organization-emulator";

import { measureStack, USAGE_COLUMNS, usageCells } from "./project";
import type { Table } from "./table";

/** Handlers that answer the outputs that the emulator's people have, and do nothing, or what `create` does. */
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

/** A provider written as the tutorials have it: the SDK serialises the handlers. */
const TUTORIAL = `
${handlers()}
class Role extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { email: undefined, name: undefined, addedAt: undefined, ...args }, undefined, "bench", "Role");
  }
}
`;

/** The same, its handlers in a module that the provider text names. The type is named as ours: it is in every URN. */
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

/** The programs, and the handlers beside them. */
const PROGRAMS: Readonly<Record<string, readonly [string, string]>> = {
  "this provider": [OURS, ""],
  "(a) does nothing, serialised handlers": [TUTORIAL, ""],
  "(b) does nothing, literal provider text": [LITERAL, handlers()],
  "(c) as (b), and sends modify_user": [LITERAL, handlers(MODIFY_USER)],
};

/** `pulumi up` and a preview without changes of so many resources: time, CPU of all processes, state. */
export async function measureEngineCost(resources: number): Promise<Table> {
  const rows = [];
  for (const [name, [head, beside]] of Object.entries(PROGRAMS)) {
    // The first person is an owner, whom nobody demotes.
    await using emulator = await startEmulator({ users: resources + 1 });
    const [, ...members] = emulator.users.all().map((user) => user.id);
    const ids = JSON.stringify(members);
    const program = `${head}\nfor (const userId of ${ids}) new Role(userId, { userId, role: "member" });\n`;
    const cost = await measureStack(emulator, program, {
      files: { "provider.js": `${beside}\nexports.provider = provider;\n` },
    });
    rows.push([name, ...usageCells(cost), cost.state]);
  }
  return {
    title: `pulumi up and a preview without changes of ${resources.toLocaleString("en-US")} resources`,
    head: ["provider", ...USAGE_COLUMNS, "state (bytes)"],
    rows,
  };
}
