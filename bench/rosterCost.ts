import { startEmulator } from "pulumi-openai-organization-emulator";

import { measureStack, USAGE_COLUMNS, usageCells } from "./project";
import type { Table } from "./table";

/** A resource with the same map that does nothing. */
const NOTHING = `
exports.handler = () => ({
  async check(olds, news) { return { inputs: news }; },
  async diff(id, olds, news) { return { changes: false }; },
  async create(inputs) { return { id: "roster", outs: inputs }; },
  async read(id, props) { return { id, props, inputs: props }; },
  async update(id, olds, news) { return { outs: news }; },
  async delete(id, props) {},
});
`;

const PROGRAMS = {
  OrganizationRoster: `const { OrganizationRoster: Roster } = require("pulumi-openai-organization");`,
  "a resource with the same map that does nothing": `
    const pulumi = require("@pulumi/pulumi");
    class Roster extends pulumi.CustomResource {
      constructor(name, args) {
        const __provider = 'module.exports = require("./nothing.js")';
        super("pulumi-nodejs:dynamic/bench:Roster", name, { ...args, __provider });
      }
    }`,
  "a program without resources": `class Roster {}`,
};

/** `pulumi up` and a refreshing preview without changes of so many people in one resource: time, CPU, state. */
export async function measureRosterCost(people: number): Promise<Table> {
  const rows = [];
  let empty = 0;
  for (const [name, head] of Object.entries(PROGRAMS).reverse()) {
    await using emulator = await startEmulator({ users: people });
    const members: Record<string, string> = {};
    for (const { id, email, role } of emulator.users.all()) members[email ?? id] = role ?? "member";
    const program = `${head}\nnew Roster("people", { members: require("./members.json") });\n`;
    const cost = await measureStack(emulator, program, {
      files: { "nothing.js": NOTHING, "members.json": JSON.stringify(members) },
      refresh: true,
    });
    empty ||= cost.state;
    rows.unshift([name, ...usageCells(cost), ((cost.state - empty) / people).toFixed(1)]);
  }
  return {
    title: `pulumi up and a refreshing preview without changes of ${people.toLocaleString("en-US")} people in one resource`,
    head: ["program", ...USAGE_COLUMNS, "state (bytes a person)"],
    rows,
  };
}
