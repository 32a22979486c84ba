import fc from "fast-check";

/** The halves of which the characters after U+FFFF are made, and which are none themselves. */
const [FIRST_HALF, HALVES] = [0xd800, 0x800];

const character = fc.nat({ max: 0x10ffff - HALVES }).map(
  (n) => String.fromCodePoint(n < FIRST_HALF ? n : n + HALVES),
  (text) => {
    const point = (text as string).codePointAt(0) ?? NaN;
    if (String.fromCodePoint(point) !== text) throw new Error("not one character");
    return point < FIRST_HALF ? point : point - HALVES;
  },
);

/** Texts of any characters. fast-check's unit `binary` makes a table of all of them first, which takes a second. */
export const anyText = (length: Omit<fc.StringConstraints, "unit"> = {}): fc.Arbitrary<string> =>
  fc.string({ ...length, unit: character });
