import { EXAMPLE_PEOPLE, type Emulator, type EmulatorOptions, type NewUser } from "../../../emulator/src";
import { run } from "../../../provider/src/cli/run";
import { CANARY, closeAll, start } from "../../api/clientSupport";
import { folderWith } from "../../folderWith";

/** What a command needs, anew for each test of a file. */
export interface Here {
  organization: Emulator;
  /** An empty folder. */
  folder: string;
  /** Exchanges everybody in the organization, and what else it has. */
  readonly repopulate: (users: readonly NewUser[], options?: EmulatorOptions) => Promise<void>;
}

/** Starts an organization, and makes an empty folder, before each test of a file. */
export function organizationHere(): Here {
  const here = {
    async repopulate(users: readonly NewUser[], options: EmulatorOptions = {}): Promise<void> {
      here.organization = await start({ users, ...options });
    },
  } as Here;
  beforeEach(async () => {
    await here.repopulate(EXAMPLE_PEOPLE);
    here.folder = folderWith();
  });
  afterEach(closeAll);
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
    env: { PATH: process.env.PATH, OPENAI_BASE_URL: organization.url, OPENAI_ADMIN_KEY: CANARY, ...env },
    folder,
    out: (text) => stdout.push(text),
    note: (line) => notes.push(line),
    progress: () => undefined,
    columns: undefined,
  });
  return { code, stdout: stdout.join(""), notes };
}
