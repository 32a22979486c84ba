import type { Directory } from "../../../provider/src/organization/directory";
import { LookUps } from "../../../provider/src/program/lookUps";

/** An organization that can be read anew, which counts how often it was. */
function numbered(reading = 0): Directory {
  return { reading, anew: () => numbered(reading + 1) } as unknown as Directory;
}

const reading = (organization: Directory): Promise<unknown> =>
  Promise.resolve((organization as unknown as { reading: number }).reading);

test("look-ups with dependencies share a new reading, and later ones without any use it", async () => {
  const lookUps = new LookUps(numbered());
  expect(await lookUps.run(reading)).toBe(0);
  expect(await Promise.all([lookUps.runAnew(reading), lookUps.runAnew(reading)])).toEqual([1, 1]);
  expect(await lookUps.run(reading)).toBe(1);
  expect(await lookUps.runAnew(reading)).toBe(2);
});

test("look-ups that become ready while others are being answered wait for the next reading, even if those fail", async () => {
  const lookUps = new LookUps(numbered());
  let fail = (_error: Error): void => undefined;
  const failing = lookUps.runAnew(() => new Promise((_resolve, reject) => (fail = reject)));
  await new Promise(setImmediate);
  const others = Promise.all([lookUps.runAnew(reading), lookUps.runAnew(reading)]);
  await new Promise(setImmediate);
  const another = lookUps.runAnew(reading);
  fail(new Error("nobody"));
  await expect(failing).rejects.toThrow("nobody");
  expect(await others).toEqual([2, 2]);
  expect(await another).toBe(2);
});
