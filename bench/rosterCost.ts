import { startEmulator } from "pulumi-openai-organization-emulator";

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

export const OURS = `const { OrganizationRoster: Roster } = require("pulumi-openai-organization");`;

const LITERAL = `
  const pulumi = require("@pulumi/pulumi");
  class Roster extends pulumi.CustomResource {
    constructor(name, args) {
      const __provider = 'module.exports = require("./nothing.js")';
      super("pulumi-nodejs:dynamic/bench:Roster", name, { ...args, __provider });
    }
  }`;

/** The roster that the plugin serves, as the code generator writes it for a program in JavaScript. */
export const OF_PLUGIN = `
  const pulumi = require("@pulumi/pulumi");
  class Roster extends pulumi.CustomResource {
    constructor(name, args) {
      super("openai-organization:index:OrganizationRoster", name, args);
    }
  }`;

/** What no provider in JavaScript gets by without. */
export const BASELINE = "(f) as (d), but reads the pages, and turns messages into objects and back";

const EMPTY = "a program without resources";

/** `pulumi up` and a refreshing preview without changes of so many people in one resource: time, CPU, state. */
export async function measureRosterCost(people: number, rounds: Rounds): Promise<StackTable> {
  await using emulator = await startEmulator({ users: people });
  const members: Record<string, string> = {};
  for (const { id, email, role } of emulator.users.all()) members[email ?? id] = role ?? "member";
  const roster = (head: string, plugin?: string): Measured => ({
    program: `${head}\nnew Roster("people", { members: require("./members.json") });\n`,
    files: { "nothing.js": NOTHING, "members.json": JSON.stringify(members) },
    ...(plugin !== undefined && { plugin }),
  });
  const resource = { type: "openai-organization:OrganizationRoster", properties: { members } };
  const yaml = JSON.stringify({ name: "bench", runtime: "yaml", resources: { people: resource } });
  const costs = await measureStacks(rounds, people, true, {
    "the dynamic provider": roster(OURS),
    "(b) does nothing, literal provider text": roster(LITERAL),
    "the plugin": roster(OF_PLUGIN, PLUGIN),
    "(d) a plugin that does nothing": roster(OF_PLUGIN, NOTHING_PLUGIN),
    [BASELINE]: {
      ...roster(OF_PLUGIN, NOTHING_PLUGIN),
      env: { BENCH_BASELINE: "1" },
    },
    "the plugin, program in YAML": { files: { "Pulumi.yaml": yaml }, plugin: PLUGIN },
    "(e) as (d), program in YAML": { files: { "Pulumi.yaml": yaml }, plugin: NOTHING_PLUGIN },
    [EMPTY]: roster("class Roster {}"),
  });
  const empty = costs.get(EMPTY)?.state ?? 0;
  const what = `${people.toLocaleString("en-US")} people in one resource`;
  const table = {
    title: `pulumi up and a refreshing preview without changes of ${what}`,
    head: ["provider", ...USAGE_COLUMNS, "state (bytes a person)"],
    rows: [...costs].map(([name, cost]) => [
      name,
      ...usageCells(cost),
      ((cost.state - empty) / people).toFixed(1),
    ]),
  };
  return { what, table, costs };
}
