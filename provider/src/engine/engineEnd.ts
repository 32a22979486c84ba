import { Socket } from "node:net";

/**
 * A signal that is aborted once the engine that started this process has ended. A CLI that is killed tells its
 * providers nothing, and the SDK does not notice: what still waited for its turn here would be sent minutes later,
 * over whatever a person has done since. The engine holds the other end of standard input for as long as it lives.
 */
export function engineEnd(): AbortSignal {
  const end = new AbortController();
  const input = process.stdin;
  // A pipe. Whoever starts this process by hand, to debug it, gives it a terminal, a file or nothing. (fs.fstat would tell
  // it too, but of a pipe it has Node.js 20 load modules twice: the next fs.realpath stops at the first symbolic link.)
  if (input instanceof Socket && !input.isTTY) {
    input.once("close", () => {
      end.abort();
    });
    input.resume().unref();
  }
  return end.signal;
}
