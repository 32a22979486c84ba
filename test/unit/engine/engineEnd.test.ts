import { Socket } from "node:net";
import { ReadStream } from "node:tty";

import { engineEnd } from "../../../provider/src/engine/engineEnd";

afterEach(() => jest.restoreAllMocks());

function stdinIs(stdin: object): void {
  jest.spyOn(process, "stdin", "get").mockReturnValue(stdin as typeof process.stdin);
}

test("nothing more is sent once the engine, which holds the other end of standard input, has ended", () => {
  const stdin = new Socket();
  stdinIs(stdin);
  const end = engineEnd();
  expect(end.aborted).toBe(false);
  expect(stdin.isPaused()).toBe(false);
  stdin.emit("end");
  expect(end.aborted).toBe(false);
  stdin.emit("close");
  expect(end.aborted).toBe(true);
});

test.each([
  ["a terminal", Object.assign(Object.create(ReadStream.prototype) as object, { isTTY: true })],
  ["a file", new (class extends EventTarget {})()],
])("standard input that is %s tells nothing, and is left alone", (_what, stdin) => {
  stdinIs(stdin);
  expect(engineEnd().aborted).toBe(false);
});
