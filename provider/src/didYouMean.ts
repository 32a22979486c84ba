/** Asks whether the nearest known word was meant, after a space; empty if no word is near. */
export function didYouMean(word: string, known: readonly string[], prefix = ""): string {
  // Two mistakes can turn a short word into any other.
  const near = [1, 2].flatMap((slips) =>
    known.filter((one) => one.length >= 2 * slips && isWithin(slips, word, one)),
  );
  return near[0] === undefined ? "" : ` Did you mean ${prefix}${near[0]}?`;
}

/** Whether at most this many letters are wrong, missing or extra. */
function isWithin(slips: number, one: string, other: string): boolean {
  if (one === other) return true;
  if (slips === 0) return false;
  let same = 0;
  while (one[same] === other[same]) same++;
  const [rest, otherRest] = [one.slice(same), other.slice(same)];
  return (
    isWithin(slips - 1, rest.slice(1), otherRest) ||
    isWithin(slips - 1, rest, otherRest.slice(1)) ||
    isWithin(slips - 1, rest.slice(1), otherRest.slice(1))
  );
}
