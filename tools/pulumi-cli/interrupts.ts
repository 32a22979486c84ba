const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Thrown out of work that was ended by a signal such as Ctrl-C, when all it had started is cleaned up. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

/**
 * Does some work that must clean up after itself: a signal to end aborts it, and is delivered again when the work
 * has returned, so that the process then ends as it would have.
 */
export async function withInterrupts<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let received: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    received ??= signal;
    controller.abort(new InterruptedError(received));
  };
  for (const name of interrupts) process.on(name, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of interrupts) process.off(name, onSignal);
    if (received) process.kill(process.pid, received);
  }
}
