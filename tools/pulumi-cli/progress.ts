import { isNativeError } from "node:util/types";

/** Takes one line of what is going on. */
export type Log = (line: string) => void;

const beatMs = 15_000;

/**
 * Logs a line every 15 s until the returned function is called, so that minutes of silence are not taken for a
 * hang.
 *
 * @param describe what to say, given the elapsed time as text, such as `1 min 30 s`
 */
export function beat(log: Log, describe: (elapsed: string) => string): () => void {
  const start = Date.now();
  const timer = setInterval(() => {
    log(describe(formatElapsed(Date.now() - start)));
  }, beatMs);
  return () => {
    clearInterval(timer);
  };
}

/** Milliseconds as a person says them: `42 s`, `3 min 5 s`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
