import { startEmulator } from "pulumi-openai-organization-emulator";

import { MeasuredStack, PLUGIN, type Measured } from "./project";
import type { Table } from "./table";

/** How many people are resources of their own, and how many there are. */
const SIZES = [
  [100, 1_000],
  [100, 50_000],
  [1_000, 10_000],
] as const;

const OF_PLUGIN = `
  const pulumi = require("@pulumi/pulumi");
  class OrganizationUserRole extends pulumi.CustomResource {
    constructor(name, args) {
      super("openai-organization:index:OrganizationUserRole", name, args);
    }
  }`;

const DOORS: Readonly<Record<string, Measured>> = {
  "the dynamic provider": {
    program: `const { OrganizationUserRole } = require("pulumi-openai-organization");`,
  },
  "the plugin": { program: OF_PLUGIN, plugin: PLUGIN },
};

/** How many requests each command sends. */
export async function measureCommands(): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const [resources, people] of SIZES) {
    for (const [door, { program = "", ...options }] of Object.entries(DOORS)) {
      await using emulator = await startEmulator({ users: people });
      const users = emulator.users.all();
      const ids = Array.from(
        { length: resources },
        (_, i) => users[Math.floor(((i + 0.5) * people) / resources)]?.id,
      );
      const declare = `for (const userId of ${JSON.stringify(ids)}) new OrganizationUserRole(userId, { userId, role: "member" });`;
      const env = { PULUMI_SKIP_CHECKPOINTS: "true" };
      await using stack = await MeasuredStack.open(emulator, `${program}\n${declare}`, { ...options, env });
      const usages = [
        await stack.up(),
        await stack.preview(),
        await stack.preview("--refresh"),
        await stack.up(),
      ];
      rows.push([
        `${resources.toLocaleString("en-US")} of ${people.toLocaleString("en-US")}`,
        door,
        ...usages.map(({ requests }) => requests),
      ]);
    }
  }
  return {
    title:
      "Requests of each command, with nothing set, for people who are members, as resources of their own",
    head: ["people", "through", "first up", "preview", "preview --refresh", "up"],
    rows,
  };
}
