import { errorLine, type Terminal } from "../terminal";
import type { EngineFailure } from "./engineEvents";

/** Why there is no preview, if the engine did not say. */
export function fromCli(stderr: string, code: number | undefined): string {
  const said = /^error: (.+)$/m.exec(stderr)?.[1];
  if (said !== undefined) return `The pulumi CLI says: ${said}`;
  return `pulumi preview ${code === undefined ? "was killed" : `exited with code ${code}`} and gave no reason.`;
}

/** The engine's closing line adds nothing to the reasons before it. */
export function isLastWord({ message }: EngineFailure): boolean {
  return /^(preview|update) failed$/.test(message.trim());
}

/** How much of a reason is shown, in characters: a roster's may name two hundred people. */
const REASON_CHARACTERS = 20_000;

/** How many lines to show: what fails for one person often fails for everybody. */
const FEW = 20;

/** What names the request in an error of the API: the operation with its path, and the id. */
const REQUEST = /\w+ \([A-Z]+ \/[^\s)]*\)|\(request id [^)]*\)/g;

/** Each cause once, whichever request met it, as one line without its stack trace; of many causes only the first few. */
export function causes(messages: readonly string[], env: Terminal["env"]): readonly string[] {
  const byCause = new Map<string, string>();
  for (const message of messages) {
    const line = errorLine(message.replace(/^\s+at .*\n?/gm, ""), env, REASON_CHARACTERS);
    const cause = line.replace(REQUEST, "");
    if (!byCause.has(cause)) byCause.set(cause, line);
  }
  const distinct = [...byCause.values()];
  const rest = distinct.length - FEW;
  return rest > 0 ? [...distinct.slice(0, FEW), `And ${rest} more.`] : distinct;
}
