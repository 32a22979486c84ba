import type { ByName } from "./byName";
import type { Pages } from "./pages";

/** Requests by name before the first sample. */
const FIRST_SAMPLE = 16;

/**
 * Which request to send next for people who are being looked up. Neither how many they will be (N) is known, nor how many
 * there are (M, on P = ⌈M/100⌉ pages).
 *
 * **The bound.** Let B be how many people one request by name answers: 1 by retrieve_user, up to 100 by emails. All of
 * them take S = ⌈N/B⌉ such requests. After s of them and p pages, the next page is requested
 * - if pages have shown, on average, at least B of those looked up, of N in total: so p ≤ S;
 * - if p < s/B²: with B = 1 they take turns; with a larger B a page is a rare attempt.
 *
 * So p ≤ S + 1: in every order and timing at most 2S + 1 requests, plus samples. With B = 1 it is also at most 2P + 1:
 * after P pages everybody is known, and s ≤ p + 1. With a larger B, requests by name go on only while pages show fewer
 * than B each. If pages are alike, each shows one in P, so that is while s < P: about 2P.
 *
 * Pages are not alike if people are looked up from the list's end to its beginning: the next pages show nobody until late.
 * So after 16 requests by name, and after each doubling, a sample tells whether those looked up are listed side by side:
 * about 3P + 20. Any other order ends once everybody is known: s ≤ P · 100/B.
 *
 * @param together - How many people are being looked up now.
 */
export function turn(pages: Pages, byName: ByName, together: number): "page" | "sample" | "name" {
  const { requests, people } = byName;
  if (pages.complete) return "name";
  if (pages.underWay !== undefined) return "page";
  if (pages.requests === 0) return requests > 0 || together > 1 ? "page" : "name";
  const each = !byName.filters ? 1 : requests === 0 ? together : Math.max(1, people / requests);
  if (pages.found / pages.requests >= each || pages.requests < requests / each ** 2) return "page";
  return each > 1 && requests >= FIRST_SAMPLE * 2 ** pages.samples ? "sample" : "name";
}
