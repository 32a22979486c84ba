import type { ByName } from "./byName";
import type { Pages } from "./pages";

/** Requests by name before a sample is taken. */
const FIRST_SAMPLE = 16;

/**
 * Which request goes next for people who are looked up. It is known neither how many they will be (N), nor how many there
 * are (M, on P = ⌈M/100⌉ pages).
 *
 * **The bound.** Let B be how many people a request by name tells of: one for retrieve_user, up to 100 by emails. So all
 * of them are S = ⌈N/B⌉ requests. A page goes after s such requests and p pages
 * - where pages have shown B or more each of those looked up, of N in all: while p ≤ S;
 * - where p < s/B²: with B = 1 they take turns, and with more a page is a rare try.
 *
 * So p ≤ S + 1, and in every order and timing it is at most 2S + 1 requests, and the samples. Where B = 1 it is also at
 * most 2P + 1: after P pages everybody is known, and s ≤ p + 1. Where B is more, a request by name goes only while pages
 * have shown fewer than B each. Where pages are alike, each shows one in P, so that is while s < P: about 2P.
 *
 * They are not alike where people are looked up from the list's end to its beginning: the next pages show nobody until
 * late. So after 16 requests by name, and after each doubling, a sample tells whether those looked up stand together: about
 * 3P + 20. An order that hides from that, too, ends where everybody is known: s ≤ P · 100/B.
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
