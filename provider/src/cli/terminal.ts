import type { Environment } from "../settings/settings";
import { AdminKey } from "../users-api/adminKey";
import { printable } from "../text";

/** Where a command runs, and where its output goes. */
export interface Terminal {
  readonly env: Environment;
  /** How many columns there are for tables; undefined if the output goes elsewhere. */
  readonly columns: number | undefined;
  /** The current folder. */
  readonly folder: string;
  /** Writes the command's result. */
  readonly out: (text: string) => void;
  /** Writes a line about its progress. */
  readonly note: (line: string) => void;
  /** Shows a line that the next one replaces, on a terminal only; undefined removes it. */
  readonly progress: (line?: string) => void;
}

/** How long a line is at most on a terminal of unknown width, in characters. */
const FEW_COLUMNS = 79;

/** The terminal or pipes that this process has. */
export function ownTerminal(): Terminal {
  const { stdout, stderr } = process;
  const clear = "\r\u001b[K";
  let shows = false;
  const progress = (line?: string): void => {
    if (!stderr.isTTY || (line === undefined && !shows)) return;
    shows = line !== undefined;
    const room = stderr.columns > 1 ? stderr.columns - 1 : FEW_COLUMNS;
    stderr.write(`${clear}${line?.slice(0, room) ?? ""}`);
  };
  return {
    env: process.env,
    // Some terminals say that they have no columns.
    columns: stdout.isTTY && stdout.columns > 1 ? stdout.columns : undefined,
    folder: process.cwd(),
    out: (text) => {
      progress();
      stdout.write(text);
    },
    note: (line) => {
      progress();
      stderr.write(`${line}\n`);
    },
    progress,
  };
}

/** How much of an error is shown, in characters. */
const ERROR_CHARACTERS = 2000;

/** An error as one line that is safe to show: without control characters, and without the admin key. */
export function errorLine(error: unknown, env: Environment, limit = ERROR_CHARACTERS): string {
  const message = error instanceof Error ? error.message : String(error);
  // The lookbehind keeps the time linear, however many spaces there are.
  const line = printable(message.trim().replace(/(?<!\s)\s*\n\s*/g, " "), limit);
  const key = env.OPENAI_ADMIN_KEY?.trim() ?? "";
  // No error holds the key. This is in case one ever does, and for a key typed in the place of an option.
  return key === "" ? line : new AdminKey(key).redact(line);
}
