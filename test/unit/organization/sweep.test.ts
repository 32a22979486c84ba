import { InvalidResponseError } from "../../../provider/src/users-api/errors";
import type { UserPage } from "../../../provider/src/users-api/schema";
import { Sweep } from "../../../provider/src/organization/directory/sweep";

const page = (ids: readonly string[], hasMore: boolean, lastId = ids.at(-1)): UserPage => ({
  users: ids.map((userId) => ({ userId })),
  lastId,
  hasMore,
});

/** A page that shows one person, different each time, and says that there are more. */
const another = (n: number): UserPage => page([`user-${n}`], true);

test("goes on where the last page ended, until one says that it is the last", () => {
  const sweep = new Sweep();
  expect(sweep.cursor).toBeUndefined();
  sweep.advance(page(["a", "b"], true));
  expect([sweep.cursor, sweep.complete]).toEqual(["b", false]);
  sweep.advance(page(["c"], false));
  expect([sweep.complete, [...sweep.ids]]).toEqual([true, ["a", "b", "c"]]);
});

test.each([
  ["an empty page, though there were to be more people", page([], true)],
  ["an empty page, though there were to be more people", page([], true, "c")],
  ["an empty page, though there were to be more people", page([], false)],
  ["a page that shows nobody new and claims more", page(["a"], true, "c")],
  ["the same page again", page(["c"], true, "b")],
])("%s is an error that says so, of whom, and what to look at", (what, next) => {
  const sweep = new Sweep();
  sweep.advance(page(["a", "b"], true));
  const advance = (): void => {
    sweep.advance(next);
  };
  expect(advance).toThrow(InvalidResponseError);
  expect(advance).toThrow(`list_users (GET /organization/users) returned ${what}. Is OPENAI_BASE_URL right?`);
});

test("an organization of nobody is a page of nobody, unless it claims more", () => {
  const sweep = new Sweep();
  sweep.advance(page([], false));
  expect([sweep.complete, [...sweep.ids]]).toEqual([true, []]);
  expect(() => {
    new Sweep().advance(page([], true));
  }).toThrow("returned an empty page that claims more");
});

test("a page that claims more and does not say from where is an error, not the beginning again", () => {
  expect(() => {
    new Sweep().advance({ users: [{ userId: "a" }], lastId: undefined, hasMore: true });
  }).toThrow(InvalidResponseError);
});

test("half a million people can be listed, and a list that goes on after them is ended", () => {
  const sweep = new Sweep();
  for (let n = 1; n < 5000; n++) sweep.advance(another(n));
  const endless = new Sweep();
  for (let n = 1; n < 5000; n++) endless.advance(another(n));
  sweep.advance(page(["the-last"], false));
  expect(sweep.complete).toBe(true);
  expect(() => {
    endless.advance(another(5000));
  }).toThrow("returned 5000 pages, and more");
});

test("what begins anew has nobody who was seen before, and may be shown the same pages again", () => {
  const sweep = new Sweep();
  sweep.advance(page(["a", "b"], true));
  sweep.advance(page(["c", "d"], true));
  sweep.restart();
  expect(sweep.cursor).toBeUndefined();
  sweep.advance(page(["a", "b"], true));
  sweep.advance(page(["d"], false));
  expect([...sweep.ids]).toEqual(["a", "b", "d"]);
});

test("what begins anew does not end with nobody, as there was somebody before", () => {
  const sweep = new Sweep();
  sweep.advance(page(["a", "b"], true));
  sweep.restart();
  expect(() => {
    sweep.advance(page([], false));
  }).toThrow("returned an empty page, though there were to be more people");
});

test("what begins anew has as many pages before it as at first", () => {
  const sweep = new Sweep();
  for (let n = 1; n < 5000; n++) sweep.advance(another(n));
  sweep.restart();
  for (let n = 1; n < 5000; n++) sweep.advance(another(n));
  sweep.advance(page(["the-last"], false));
  expect(sweep.complete).toBe(true);
});
