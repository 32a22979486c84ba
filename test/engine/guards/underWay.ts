import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { closing, type Engine, type Outcome } from "../engine";
import { leftovers, signal } from "../processes";

/** An update that runs. */
export interface UnderWay {
  /** The process of the CLI. */
  readonly cli: number;
  readonly outcome: Promise<Outcome>;
}

/**
 * Runs an update until it has got as far as a test wants to have it, or has ended by itself: what it says is then what
 * fails. A killed CLI leaves processes behind, which do not notice; they end after the test.
 */
export async function underWay(
  engine: Engine,
  isFarEnough: (output: string) => boolean,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<UnderWay> {
  closing({
    [Symbol.asyncDispose]: () => {
      signal("SIGKILL", leftovers(engine.sandbox.folder));
      return Promise.resolve();
    },
  });
  let cli: ChildProcess | undefined;
  let output = "";
  const over = new AbortController();
  const outcome = engine
    .tries(["up", "--yes", "--skip-preview", ...args], {
      env,
      onStart: (child) => (cli = child),
      onOutput: (text) => (output += text),
    })
    .finally(() => {
      over.abort();
    });
  while (!isFarEnough(output) && !over.signal.aborted) await sleep(10);
  // To end process 0 would be to end the tests.
  if (cli?.pid === undefined) throw new Error("The CLI has not started.", { cause: await outcome });
  return { cli: cli.pid, outcome };
}
