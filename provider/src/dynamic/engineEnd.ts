import { fstatSync } from "node:fs";

/**
 * A signal that is aborted once the engine that started this process has ended. A CLI that is killed tells its
 * providers nothing, and the SDK does not notice: what still waited for its turn here would be sent minutes later,
 * over whatever a person has done since. The engine holds the other end of standard input for as long as it lives.
 */
export function engineEnd(): AbortSignal {
  const end = new AbortController();
  if (isPipe(0)) {
    process.stdin.once("close", () => {
      end.abort();
    });
    process.stdin.resume().unref();
  }
  return end.signal;
}

/** Whoever starts this process by hand, to debug it, may give it any standard input, or none. */
function isPipe(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFIFO();
  } catch {
    return false;
  }
}
