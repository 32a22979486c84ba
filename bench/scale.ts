import { startEmulator } from "pulumi-openai-organization-emulator";

import { MeasuredStack, PLUGIN, type StackOptions, type Usage } from "./project";
import { OF_PLUGIN, OURS } from "./rosterCost";
import type { Table } from "./table";

/** One stack to measure. */
interface Run {
  readonly resources: number;
  /** Whether the engine writes the state once, at the end, and not after each step. */
  readonly skipCheckpoints: boolean;
}

/** 10,000 resources with a checkpoint after each step would take hours: the local backend writes all of them anew. */
const RUNS: readonly Run[] = [
  { resources: 1_000, skipCheckpoints: false },
  { resources: 1_000, skipCheckpoints: true },
  { resources: 3_000, skipCheckpoints: false },
  { resources: 3_000, skipCheckpoints: true },
  { resources: 10_000, skipCheckpoints: true },
];

/** One roster to measure. */
interface RosterRun {
  readonly people: number;
  readonly door: string;
  /** The program's class. */
  readonly head: string;
  readonly options?: StackOptions;
}

const ROSTERS: readonly RosterRun[] = [10_000, 50_000].flatMap((people) => [
  { people, door: "the dynamic provider", head: OURS },
  { people, door: "the plugin", head: OF_PLUGIN, options: { plugin: PLUGIN } },
]);

const SKIP_CHECKPOINTS = { PULUMI_SKIP_CHECKPOINTS: "true" };

const HEAD = [
  "command",
  "time (s)",
  "CPU (s)",
  "requests",
  "provider (MiB)",
  "engine (MiB)",
  "program (MiB)",
];

/** One of so many people drifts. */
const DRIFT = 100;

/**
 * What stacks of many OrganizationUserRoles cost, and rosters of many people.
 *
 * @param report - Takes each table as soon as it is there: all of them take half an hour.
 */
export async function measureScale(report: (table: Table) => void): Promise<Table[]> {
  const tables: Table[] = [];
  const add = (table: Table): void => {
    tables.push(table);
    report(table);
  };
  for (const run of RUNS) add(await measureResources(run));
  for (const run of ROSTERS) add(await measureRoster(run));
  return tables;
}

async function measureResources({ resources, skipCheckpoints }: Run): Promise<Table> {
  // The first person is an owner, whom nobody demotes.
  await using emulator = await startEmulator({ users: resources + 1 });
  const [, ...members] = emulator.users.all().map(({ id }) => id);
  const program = `
    const { OrganizationUserRole } = require("pulumi-openai-organization");
    for (const userId of ${JSON.stringify(members)}) new OrganizationUserRole(userId, { userId, role: "member" });
  `;
  await using stack = await MeasuredStack.open(
    emulator,
    program,
    skipCheckpoints ? { env: SKIP_CHECKPOINTS } : {},
  );
  const one = `--target '**::${members[0] ?? ""}'`;
  const rows = [
    row("up", await stack.up()),
    row("preview", await stack.preview("--expect-no-changes")),
    row("preview --refresh", await stack.preview("--refresh --expect-no-changes")),
  ];
  const drifted = members.filter((_, n) => n % DRIFT === 0);
  for (const id of drifted) emulator.users.change(id, { role: "owner" });
  rows.push(
    row("preview --refresh, 1 % drifted", await stack.preview("--refresh")),
    row("preview --refresh --target, of one person", await stack.preview(`--refresh ${one}`)),
    row("up --refresh, which repairs 1 %", await stack.up("--refresh")),
  );
  const left = drifted.filter((id) => emulator.users.get(id)?.role !== "member").length;
  if (left > 0) throw new Error(`${left} of ${drifted.length} people who drifted were not repaired`);
  const checkpoints = skipCheckpoints ? "checkpoints skipped" : "a checkpoint after each step";
  return titled(`${resources.toLocaleString("en-US")} resources, ${checkpoints}`, await stack.state(), rows);
}

async function measureRoster({ people, door, head, options }: RosterRun): Promise<Table> {
  await using emulator = await startEmulator({ users: people });
  const users = emulator.users.all();
  const members = Object.fromEntries(users.map(({ id, role }) => [id, role ?? "member"]));
  const program = `
    ${head}
    new Roster("people", { members: require("./members.json"), undeclaredOwners: "ignore" });
  `;
  await using stack = await MeasuredStack.open(emulator, program, {
    ...options,
    files: { "members.json": JSON.stringify(members) },
  });
  const rows = [
    row("up", await stack.up()),
    row("preview --refresh", await stack.preview("--refresh --expect-no-changes")),
  ];
  for (const { id } of users.filter((_, n) => n % DRIFT === 1)) emulator.users.change(id, { role: "owner" });
  rows.push(
    row("preview --refresh, 1 % drifted", await stack.preview("--refresh")),
    row("up --refresh, which repairs 1 %", await stack.up("--refresh")),
  );
  return titled(
    `A roster of ${people.toLocaleString("en-US")} people through ${door}`,
    await stack.state(),
    rows,
  );
}

function titled(title: string, state: number, rows: Table["rows"]): Table {
  return { title: `${title} (state: ${(state / 1e6).toFixed(1)} MB)`, head: HEAD, rows };
}

function row(command: string, { wall, cpu, requests, peaks }: Usage): (string | number)[] {
  const { provider, engine, program } = peaks;
  return [command, ...[wall, cpu, requests, provider, engine, program].map(rounded)];
}

/** Another machine would not even agree on three digits. */
function rounded(figure: number): number {
  return figure < 100 ? Math.round(figure * 10) / 10 : Math.round(figure);
}
