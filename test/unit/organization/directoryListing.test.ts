import { BadRequestError, ServerError } from "../../../provider/src/users-api/errors";
import { idOf, open, type FakeOrganization } from "./fakeOrganization";

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

const page = (ids: string[], lastId: string | undefined, hasMore: boolean) => ({
  items: ids.map((userId) => ({ userId })),
  lastId,
  hasMore,
});

test.each([
  ["the same page again", [page(["a", "b"], "b", true), page(["a", "b"], "b", true)]],
  ["nobody new, with a cursor of its own", [page(["a", "b"], "b", true), page(["a"], "c", true)]],
  ["an empty page that claims more", [page([], undefined, true)]],
  ["a page that claims more and does not say from where", [page(["a"], undefined, true)]],
])("%s is an error, not a loop", async (_what, pages) => {
  const { clock, api, directory } = open({ people: 0 });
  const list = jest.spyOn(api, "listUsers");
  for (const answer of pages) list.mockResolvedValueOnce(answer);
  await expect(clock.run(directory.list())).rejects.toThrow(
    "list_users (GET /organization/users) returned a page that shows nobody new and claims more. Is OPENAI_BASE_URL correct?",
  );
});

test("endless pages of other people are an error after 5,000", async () => {
  const { clock, api, directory } = open({ people: 0 });
  const list = jest.spyOn(api, "listUsers");
  list.mockImplementation(({ after = "0" } = {}) =>
    Promise.resolve(page([after], `${Number(after) + 1}`, true)),
  );
  await expect(clock.run(directory.list())).rejects.toThrow("returned 5000 pages, and more");
  expect(list).toHaveBeenCalledTimes(5000);
});

test("a listing shows a user who moved between pages once", async () => {
  const { clock, api, directory } = open({ people: 0 });
  const list = jest.spyOn(api, "listUsers");
  list.mockResolvedValueOnce(page(["a", "b"], "b", true)).mockResolvedValueOnce(page(["b", "c"], "c", false));
  expect(await clock.run(directory.list())).toEqual([{ userId: "a" }, { userId: "b" }, { userId: "c" }]);
});

test("a listing takes as long as its pages, and reports each", async () => {
  const { clock, directory } = open({ people: 250 });
  const told: number[] = [];
  await clock.run(directory.list((users) => told.push(users)));
  expect(told).toEqual([100, 200, 250]);
  expect(clock.now()).toBe(300);
});

test("a listing reads people again who were written meanwhile, and leaves out those who were removed", async () => {
  const { clock, api, directory } = open({ people: 150 });
  jest.spyOn(api, "modifyUser").mockImplementationOnce(() => {
    api.users.set(idOf(1), { userId: idOf(1), role: "owner" });
    return Promise.reject(new Error("the answer was lost"));
  });
  const listed = directory.list();
  const written = clock
    .sleep(110)
    .then(() => Promise.allSettled([directory.modify(idOf(1), "owner"), directory.delete(idOf(2))]));
  const [users] = await clock.run(Promise.all([listed, written]));
  expect(users).toEqual([...api.users.values()]);
  expect(users).toHaveLength(149);
  expect(api.counts).toMatchObject({ list: 2, retrieve: 1 });
});

/** Has the person at whom a page ended leave just before the next page, some times, and others with them. */
function departures(api: FakeOrganization, times: number, others: readonly string[] = []): jest.SpyInstance {
  const list = api.listUsers.bind(api);
  let gone = 0;
  return jest.spyOn(api, "listUsers").mockImplementation((query = {}) => {
    if (query.after !== undefined && gone++ < times) {
      for (const userId of [query.after, ...others]) api.users.delete(userId);
    }
    return list(query);
  });
}

describe.each([400, 404, "empty"] as const)("if a cursor that is gone is answered with %s", (cursorGone) => {
  test("begins again, and shows nobody who has left", async () => {
    const { clock, api, directory } = open({ people: 250, cursorGone });
    const list = departures(api, 1, [idOf(5)]);
    const users = await clock.run(directory.list());
    expect(users).toEqual([...api.users.values()]);
    expect(users).toHaveLength(248);
    expect(list.mock.calls).toEqual(
      [undefined, idOf(99), undefined, idOf(101), idOf(201)].map((after) => [{ after }]),
    );
  });

  test("begins again three times and is then an error, never an incomplete list", async () => {
    const { clock, api, directory } = open({ people: 250, cursorGone });
    departures(api, 3);
    expect(await clock.run(directory.list())).toHaveLength(247);
    const often = open({ people: 250, cursorGone });
    const list = departures(often.api, 4);
    await expect(often.clock.run(often.directory.list())).rejects.toThrow(
      cursorGone === "empty" ? "an empty page after one that claims more" : `failed with ${cursorGone}`,
    );
    expect(list).toHaveBeenCalledTimes(8);
  });
});

test("an organization that had people is never listed as empty", async () => {
  const { clock, api, directory } = open({ people: 0 });
  const list = jest.spyOn(api, "listUsers");
  list.mockResolvedValueOnce(page(["a"], "a", true)).mockResolvedValue(page([], undefined, false));
  await expect(clock.run(directory.list())).rejects.toThrow("an empty page after one that claims more");
  expect(list).toHaveBeenCalledTimes(5);
});

test.each([0, 1])("a listing does not begin again if page %i fails", async (before) => {
  const { clock, api, directory } = open({ people: 0 });
  const error = before === 0 ? new BadRequestError(LIST, 400, {}) : new ServerError(LIST, 500, {});
  const list = jest.spyOn(api, "listUsers").mockRejectedValue(error);
  for (let n = 0; n < before; n++) list.mockResolvedValueOnce(page(["a"], "a", true));
  await expect(clock.run(directory.list())).rejects.toBe(error);
  expect(list).toHaveBeenCalledTimes(before + 1);
});
