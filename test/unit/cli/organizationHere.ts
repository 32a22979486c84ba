import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  EXAMPLE_PEOPLE,
  startEmulator,
  type Emulator,
  type EmulatorOptions,
  type NewUser,
} from "../../../emulator/src";
import { run } from "../../../provider/src/cli/run";

/** The key of every command; none shows it. */
export const KEY = "sk-admin-0123456789abcdef";

/** What a command needs, anew for each test of a file. */
export interface Here {
  organization: Emulator;
  /** An empty folder. */
  folder: string;
  /** Exchanges everybody in the organization, and what else it has. */
  readonly repopulate: (users: readonly NewUser[], options?: EmulatorOptions) => Promise<void>;
}

/** Starts an organization, and makes an empty folder, before each test of a file. */
export function organizationHere(users: readonly NewUser[] = EXAMPLE_PEOPLE): Here {
  const here = {
    async repopulate(others: readonly NewUser[], options: EmulatorOptions = {}): Promise<void> {
      await here.organization.close();
      here.organization = await startEmulator({ users: others, adminKey: KEY, ...options });
    },
  } as Here;
  beforeEach(async () => {
    here.organization = await startEmulator({ users, adminKey: KEY });
    here.folder = await mkdtemp(join(tmpdir(), "pulumi-openai-cli-"));
  });
  afterEach(async () => {
    await here.organization.close();
    await rm(here.folder, { recursive: true, force: true });
  });
  return here;
}

/** So many people, of whom the first is an owner. */
export function people(count: number): NewUser[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `user-${n}`,
    email: `person${n}@example.com`,
    role: n === 0 ? ("owner" as const) : ("member" as const),
  }));
}

/** Runs a command in this process, as on pipes. */
export async function runHere(
  { organization, folder }: Here,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly notes: readonly string[] }> {
  const [stdout, notes]: [string[], string[]] = [[], []];
  const code = await run(args, {
    env: { PATH: process.env.PATH, OPENAI_BASE_URL: organization.url, OPENAI_ADMIN_KEY: KEY, ...env },
    folder,
    out: (text) => stdout.push(text),
    note: (line) => notes.push(line),
    progress: () => undefined,
    columns: undefined,
  });
  return { code, stdout: stdout.join(""), notes };
}
