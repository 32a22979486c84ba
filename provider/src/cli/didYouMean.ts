/** A sentence that asks for the known word nearest to one that is not, with a blank before it; or nothing. */
export function didYouMean(word: string, known: readonly string[], prefix = ""): string {
  // A short word is two slips away from every other short one.
  const near = [1, 2].flatMap((slips) =>
    known.filter((one) => one.length >= 2 * slips && isWithin(slips, word, one)),
  );
  return near[0] === undefined ? "" : ` Did you mean ${prefix}${near[0]}?`;
}

/** Whether so many letters at most are wrong, missing or too many. */
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
