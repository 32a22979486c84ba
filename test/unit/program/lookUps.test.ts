import { LookUps, type LookUp } from "../../../provider/src/program/lookUps";

/** An organization that can be read anew, which counts how often it was. */
function numbered(): ConstructorParameters<typeof LookUps>[0] {
  const reader = (reading: number): object => ({ reading, anew: () => reader(reading + 1) });
  const directory = reader(0);
  return { directory, projects: directory } as ConstructorParameters<typeof LookUps>[0];
}

const reading: LookUp<unknown> = ({ directory, projects }) => {
  const [one, other] = [directory, projects].map(
    (reader) => (reader as unknown as { reading: number }).reading,
  );
  expect(other).toBe(one);
  return Promise.resolve(one);
};

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
