import { Socket } from "node:net";

/**
 * A signal that aborts once the engine that started this process has ended. A killed CLI tells its providers nothing,
 * and the SDK does not notice: requests still waiting here would be sent minutes later, over whatever anyone has done
 * since. The engine holds the other end of standard input for as long as it lives.
 */
export function engineEnd(): AbortSignal {
  const end = new AbortController();
  const input = process.stdin;
  // A pipe comes from an engine; somebody who debugs this process by hand gives it a terminal, a file or nothing.
  // (fs.fstat would tell too, but on a pipe it makes Node.js 20 load modules twice.)
  if (input instanceof Socket && !input.isTTY) {
    input.once("close", () => {
      end.abort();
    });
    input.resume().unref();
  }
  return end.signal;
}
