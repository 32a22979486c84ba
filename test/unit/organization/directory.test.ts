import fc from "fast-check";

import type { VirtualClock } from "../../../bench/virtualClock";
import { Directory } from "../../../provider/src/organization/directory";
import { AdminKey } from "../../../provider/src/users-api/adminKey";
import {
  AbortedError,
  AuthenticationError,
  BadRequestError,
  KeyRefusedError,
  PermissionDeniedError,
  ServerError,
  StallError,
} from "../../../provider/src/users-api/errors";
import { emailOf, idOf, open, type FakeOptions, type FakeOrganization } from "./fakeOrganization";

// Hundreds of orders and timings each, on machines that have other work too.
jest.setTimeout(30_000);

/** A look-up and when it is asked for. */
interface LookUp {
  readonly person: number;
  readonly at: number;
  readonly by: "id" | "email";
}

/** Runs look-ups at their times; answers what each was told. */
async function lookUpAll(
  clock: VirtualClock,
  directory: Directory,
  lookUps: readonly LookUp[],
): Promise<unknown[]> {
  return clock.run(
    Promise.all(
      lookUps.map(async ({ person, at, by }) => {
        await clock.sleep(at);
        return by === "id" ? directory.read(idOf(person)) : directory.findByEmail(emailOf(person));
      }),
    ),
  );
}

const schedule = (people: number, by: fc.Arbitrary<LookUp["by"]>): fc.Arbitrary<LookUp[]> =>
  fc.array(
    fc.record({
      person: fc.nat({ max: people - 1 }),
      at: fc.oneof(fc.constant(0), fc.nat({ max: 20 }), fc.nat({ max: 3000 })),
      by,
    }),
    { minLength: 1, maxLength: 60 },
  );

const latencies = fc.infiniteStream(fc.oneof(fc.constant(100), fc.nat({ max: 2000 })));

const next = (stream: fc.Stream<number>): number => stream.next().value as number;

/** Organizations of every kind that matters: below a page, at its edge, a few pages, many. */
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 120 }),
  fc.constantFrom(99, 100, 101, 200),
  fc.integer({ min: 1, max: 6000 }),
);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

describe("the bound on look-ups: N users in an organization of M people", () => {
  test.each<[string, fc.Arbitrary<LookUp["by"]>, FakeOptions["filter"]]>([
    ["by id", fc.constant("id"), "exact"],
    ["by id and by email", fc.constantFrom("id", "email"), "exact"],
    ["by id and by email, where aliases are answered too", fc.constantFrom("id", "email"), "aliases"],
    ["by id and by email, where emails[] is ignored", fc.constantFrom("id", "email"), "ignored"],
    ["by id and by email, where emails[] is refused", fc.constantFrom("id", "email"), 400],
  ])("at most 2 · min(N, ⌈M/100⌉) + 1 requests %s, in every order and timing", async (_what, by, filter) => {
    await fc.assert(
      fc.asyncProperty(
        sizes.chain((people) => fc.tuple(fc.constant(people), schedule(people, by))),
        latencies,
        async ([people, lookUps], latency) => {
          const { clock, api, directory } = open({ people, latency: () => next(latency), filter });
          const answers = await lookUpAll(clock, directory, lookUps);

          expect(answers).toEqual(
            lookUps.map(({ person }): unknown => expect.objectContaining({ userId: idOf(person) })),
          );
          const distinct = new Set(lookUps.map(({ person }) => person)).size;
          const pages = Math.ceil(people / 100);
          // Where emails[] is of no use, one by one is no plan.
          const better = filter === "ignored" || filter === 400 ? pages : Math.min(distinct, pages);
          expect(api.lookUps).toBeLessThanOrEqual(2 * better + 1);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each<FakeOptions["filter"]>(["exact", "ignored", "aliases", 404])(
    "A absent emails cost A requests more, and all pages once, where emails[] is %s",
    async (filter) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 2000 }),
          fc.uniqueArray(fc.nat({ max: 4000 }), { minLength: 1, maxLength: 40 }),
          fc.infiniteStream(fc.nat({ max: 3000 })),
          latencies,
          async (people, persons, at, latency) => {
            const { clock, api, directory } = open({ people, latency: () => next(latency), filter });
            const lookUps = persons.map((person) => ({ person, at: next(at), by: "email" as const }));
            const answers = await lookUpAll(clock, directory, lookUps);

            const absent = persons.filter((person) => person >= people).length;
            expect(answers.filter((answer) => answer === undefined)).toHaveLength(absent);
            const pages = Math.ceil(people / 100);
            const better = absent > 0 ? pages : filter === "exact" ? Math.min(persons.length, pages) : pages;
            expect(api.lookUps).toBeLessThanOrEqual(2 * better + 1 + absent);
          },
        ),
        { numRuns: 200 },
      );
    },
  );

  test("somebody absent costs one retrieve_user more, and only then counts as absent", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2000 }),
        fc.uniqueArray(fc.nat({ max: 4000 }), { minLength: 1, maxLength: 40 }),
        latencies,
        async (people, persons, latency) => {
          const { clock, api, directory } = open({ people, latency: () => next(latency) });
          const lookUps = persons.map((person) => ({ person, at: 0, by: "id" as const }));
          const answers = await lookUpAll(clock, directory, lookUps);

          const absent = persons.filter((person) => person >= people).length;
          expect(answers.filter((answer) => answer === undefined)).toHaveLength(absent);
          const present = 2 * Math.min(persons.length, Math.ceil(people / 100)) + 1;
          expect(api.lookUps).toBeLessThanOrEqual(present + absent);
          expect(api.counts.retrieve).toBeGreaterThanOrEqual(absent);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each(["exact", "ignored"] as const)(
    "an email that no page shows is asked for by name, once, where emails[] is %s",
    async (filter) => {
      const filtersEmails = filter === "exact";
      const { clock, api, directory } = open({ people: 150, filter });
      await clock.run(directory.list());
      api.users.set("user-late", { userId: "user-late", email: "late@example.com" });
      const late = await clock.run(directory.findByEmail("late@example.com"));
      expect(late?.userId).toBe(filtersEmails ? "user-late" : undefined);
      for (let n = 0; n < 3; n++)
        expect(await clock.run(directory.findByEmail("nobody@example.com"))).toBeUndefined();
      expect(api.counts).toMatchObject({ list: filtersEmails ? 4 : 3, retrieve: 0 });
    },
  );

  test("everybody of a small organization at once is one request", async () => {
    const { clock, api, directory } = open({ people: 80 });
    await lookUpAll(
      clock,
      directory,
      Array.from({ length: 80 }, (_, person) => ({ person, at: 0, by: "id" })),
    );
    expect(api.counts).toMatchObject({ list: 1, retrieve: 0 });
  });

  test("one read alone is one retrieve_user", async () => {
    const { clock, api, directory } = open({ people: 80 });
    await lookUpAll(clock, directory, [{ person: 7, at: 0, by: "id" }]);
    expect(api.counts).toMatchObject({ list: 0, retrieve: 1 });
  });

  test("one read alone is one retrieve_user, also after reads that needed no request", async () => {
    const { clock, api, directory } = open({ people: 80 });
    await clock.run(directory.modify(idOf(1), "owner"));
    for (let n = 0; n < 3; n++) await clock.run(directory.read(idOf(1)));
    await clock.run(directory.read(idOf(7)));
    expect(api.counts).toMatchObject({ list: 0, retrieve: 1 });
  });

  test("reads one after the other are a page after the first, which shows the others", async () => {
    const { clock, api, directory } = open({ people: 80 });
    for (let person = 0; person < 10; person++) await clock.run(directory.read(idOf(person)));
    expect(api.counts).toMatchObject({ list: 1, retrieve: 1 });
  });

  test("an email after a read is looked for on a page, which shows the others", async () => {
    const { clock, api, directory } = open({ people: 80 });
    await clock.run(directory.read(idOf(0)));
    expect(await clock.run(directory.findByEmail(emailOf(1)))).toMatchObject({ userId: idOf(1) });
    for (let person = 2; person < 80; person++) await clock.run(directory.read(idOf(person)));
    expect(api.counts).toMatchObject({ list: 1, retrieve: 1 });
  });

  test("three reads in an organization of 50,000 do not page through it", async () => {
    const { clock, api, directory } = open({ people: 50_000 });
    const last = [49_997, 49_998, 49_999].map((person) => ({ person, at: 0, by: "id" as const }));
    await lookUpAll(clock, directory, last);
    expect(api.lookUps).toBeLessThanOrEqual(7);
  });
});

describe("concurrent look-ups", () => {
  test.each([true, false])("reads of one user are one request, where pages may answer: %s", async (bulk) => {
    const { clock, api, directory } = open({ people: 10 }, bulk);
    await lookUpAll(
      clock,
      directory,
      Array.from({ length: 20 }, (_, at) => ({ person: 3, at, by: "id" })),
    );
    expect(api.lookUps).toBe(1);
  });

  test("ten emails are one request", async () => {
    const { clock, api, directory } = open({ people: 1000 });
    const emails = Array.from({ length: 10 }, (_, i) => ({ person: i * 100, at: 0, by: "email" as const }));
    const answers = await lookUpAll(clock, directory, emails);
    expect(answers.every((answer) => answer !== undefined)).toBe(true);
    expect(api.lookUps).toBe(1);
  });

  test("a list, ten emails and a refresh of everybody are one sweep", async () => {
    const { clock, api, directory } = open({ people: 250 });
    const users = await clock.run(directory.list());
    expect(users).toHaveLength(250);
    await lookUpAll(
      clock,
      directory,
      Array.from({ length: 10 }, (_, person) => ({ person, at: 0, by: "email" })),
    );
    await lookUpAll(
      clock,
      directory,
      Array.from({ length: 250 }, (_, person) => ({ person, at: 0, by: "id" })),
    );
    expect(api.counts).toMatchObject({ list: 3, retrieve: 0 });
  });
});

test.each([
  [true, { list: 1, retrieve: 0 }],
  [false, { list: 0, retrieve: 50 }],
])(
  "a directory made anew remembers nobody, and looks users up as before, by pages: %s",
  async (bulk, requests) => {
    const { clock, api, directory } = open({ people: 80 }, bulk);
    const everybody = Array.from({ length: 50 }, (_, person) => ({ person, at: 0, by: "id" as const }));
    await lookUpAll(clock, directory, everybody);
    expect(api.counts).toMatchObject(requests);
    api.users.delete(idOf(3));
    const anew = directory.anew();
    const { list, retrieve } = api.counts;
    const answers = await lookUpAll(clock, anew, everybody);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(api.counts).toMatchObject({ list: 2 * list, retrieve: 2 * retrieve + (bulk ? 1 : 0) });
    // What was made before still is as it was.
    expect(await clock.run(directory.read(idOf(3)))).toMatchObject({ userId: idOf(3) });
  },
);

describe("what this process has written", () => {
  test("is never answered from a request that was sent before, whatever the timing", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            person: fc.nat({ max: 4 }),
            at: fc.nat({ max: 600 }),
            act: fc.constantFrom("read", "owner", "member", "delete"),
          }),
          { minLength: 2, maxLength: 30 },
        ),
        latencies,
        async (acts, latency) => {
          const { clock, api, directory } = open({
            people: 5,
            latency: () => Math.min(300, next(latency)),
          });
          // One write of a user at a time, as the engine has it.
          const turn = new Map<number, Promise<unknown>>();
          await clock.run(
            Promise.all(
              acts.map(async ({ person, at, act }) => {
                await clock.sleep(at);
                if (act === "read") {
                  const before = turn.get(person);
                  await before;
                  const settled = turn.get(person) === before ? api.users.get(idOf(person)) : undefined;
                  const answer = await directory.read(idOf(person));
                  if (turn.get(person) === before && settled !== undefined)
                    expect(answer?.role).toBe(settled.role);
                  if (turn.get(person) === before && settled === undefined && before !== undefined) {
                    expect(answer?.role).toBe(api.users.get(idOf(person))?.role);
                  }
                  return;
                }
                const write = (turn.get(person) ?? Promise.resolve()).then(async () => {
                  // A user deleted before cannot be written; that is the engine's to know.
                  if (act === "delete") await directory.delete(idOf(person)).catch(() => undefined);
                  else await directory.modify(idOf(person), act).catch(() => undefined);
                });
                turn.set(person, write);
                await write;
              }),
            ),
          );
          for (let person = 0; person < 5; person++) {
            const answer = await clock.run(directory.read(idOf(person)));
            expect(answer?.role).toBe(api.users.get(idOf(person))?.role);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["changed", (directory: Directory) => directory.modify(idOf(1), "owner"), { role: "owner" }],
    ["removed", (directory: Directory) => directory.delete(idOf(1)), undefined],
  ])("a read of somebody who is being %s waits for that, and sends nothing", async (_what, write, found) => {
    const { clock, api, directory } = open({ people: 50 });
    const written = write(directory);
    const read = await clock.run(directory.read(idOf(1)));
    expect(read?.role).toBe(found?.role);
    await written;
    expect(api.lookUps).toBe(0);
  });

  test("a read waits for the second of two writes, though the first is over", async () => {
    const latencies = [400];
    const { clock, directory, api } = open({ people: 50, latency: (request) => latencies[request] ?? 10 });
    jest.spyOn(api, "modifyUser").mockImplementationOnce(async () => {
      await clock.sleep(20);
      throw new Error("the answer was lost");
    });
    const writes = Promise.allSettled([directory.modify(idOf(1), "owner"), directory.delete(idOf(1))]);
    const read = clock.sleep(50).then(() => directory.read(idOf(1)));
    expect(await clock.run(read)).toBeUndefined();
    expect(clock.now()).toBeGreaterThanOrEqual(400);
    await writes;
  });

  test.each([
    ["changed", (directory: Directory): Promise<unknown> => directory.modify("user-gone", "owner")],
    ["removed", (directory: Directory): Promise<unknown> => directory.delete("user-gone")],
  ])("whoever could not be %s, being gone, is known to be gone", async (_what, write) => {
    const { clock, api, directory } = open({ people: 50 });
    await expect(clock.run(write(directory))).rejects.toThrow("404");
    expect(await clock.run(directory.read("user-gone"))).toBeUndefined();
    expect(api.lookUps).toBe(0);
  });

  test("a page that was sent before, and comes after, takes nothing back", async () => {
    const latencies = [400, 20];
    const { clock, directory } = open({ people: 50, latency: (request) => latencies[request] ?? 100 });
    const listed = directory.list();
    const written = clock.sleep(250).then(() => directory.modify(idOf(1), "owner"));
    const [users] = await clock.run(Promise.all([listed, written]));
    expect(users[1]).toMatchObject({ role: "owner" });
    expect(directory.recall(idOf(1))).toMatchObject({ role: "owner" });
    // Nor did it take another request.
    expect(clock.now()).toBe(400);
  });

  test("a write whose outcome is unknown makes the next read ask again", async () => {
    const { clock, api, directory } = open({ people: 50 });
    await lookUpAll(
      clock,
      directory,
      [0, 1, 2].map((person) => ({ person, at: 0, by: "id" })),
    );
    const modify = jest.spyOn(api, "modifyUser").mockImplementationOnce(() => {
      api.users.set(idOf(1), { userId: idOf(1), role: "owner" });
      return Promise.reject(new Error("the answer was lost"));
    });
    await expect(clock.run(directory.modify(idOf(1), "owner"))).rejects.toThrow("lost");
    expect(modify).toHaveBeenCalledTimes(1);
    expect(await clock.run(directory.read(idOf(1)))).toMatchObject({ role: "owner" });
  });
});

describe("where pages cannot be had", () => {
  test("reads go on one by one", async () => {
    const { clock, api, directory } = open({ people: 50 });
    jest.spyOn(api, "listUsers").mockRejectedValue(new Error("no"));
    const answers = await lookUpAll(
      clock,
      directory,
      [0, 1, 2, 3].map((person) => ({ person, at: 0, by: "id" })),
    );
    expect(answers.every((answer) => answer !== undefined)).toBe(true);
  });

  test("no page is asked for again", async () => {
    const { clock, api, directory } = open({ people: 50 });
    const list = jest.spyOn(api, "listUsers").mockRejectedValue(new Error("no"));
    for (const group of [[0, 1, 2], [3], [4], [5, 6, 7], [8]]) {
      const reads = group.map((person) => ({ person, at: 0, by: "id" as const }));
      await lookUpAll(clock, directory, reads);
    }
    expect(list).toHaveBeenCalledTimes(1);
    expect(api.counts.retrieve).toBe(9);
  });

  test.each<[string, Error]>([
    ["the key is refused", new AuthenticationError(LIST, 401, {})],
    ["the key may not do it", new PermissionDeniedError(LIST, 403, {}, true)],
    ["the key was refused before", new KeyRefusedError(LIST, new AuthenticationError(LIST, 401, {}))],
    ["nothing gets through", new StallError(LIST, "was not sent")],
    ["the process ends", new AbortedError(LIST, "was not sent")],
  ])("because %s, reads fail at once", async (_what, error) => {
    const { clock, api, directory } = open({ people: 50 });
    jest.spyOn(api, "listUsers").mockRejectedValue(error);
    const reads = [0, 1, 2].map((person) => directory.read(idOf(person)));
    const outcomes = await clock.run(Promise.allSettled(reads));
    expect(outcomes).toEqual(outcomes.map(() => ({ status: "rejected", reason: error })));
    expect(api.counts.retrieve).toBe(0);
  });

  test("reads: retrieve never asks for a page", async () => {
    const { clock, api, directory } = open({ people: 500 }, false);
    await lookUpAll(
      clock,
      directory,
      Array.from({ length: 50 }, (_, person) => ({ person, at: 0, by: "id" })),
    );
    expect(api.counts).toMatchObject({ list: 0, retrieve: 50 });
  });
});

describe("a listing", () => {
  const page = (ids: string[], lastId: string | undefined, hasMore: boolean) => ({
    users: ids.map((userId) => ({ userId })),
    lastId,
    hasMore,
  });

  test.each([
    ["a repeated cursor", [page(["a"], "a", true), page(["b"], "a", true)], "the same page again"],
    [
      "nobody new, with a cursor of its own",
      [page(["a", "b"], "b", true), page(["a"], "c", true)],
      "nobody new",
    ],
    ["an empty page that claims more", [page([], undefined, true)], "an empty page"],
  ])("%s is an error, not a loop", async (_what, pages, message) => {
    const { clock, api, directory } = open({ people: 0 });
    const list = jest.spyOn(api, "listUsers");
    for (const answer of pages) list.mockResolvedValueOnce(answer);
    await expect(clock.run(directory.list())).rejects.toThrow(message);
  });

  test("shows a user who moved between pages once", async () => {
    const { clock, api, directory } = open({ people: 0 });
    const list = jest.spyOn(api, "listUsers");
    list
      .mockResolvedValueOnce(page(["a", "b"], "b", true))
      .mockResolvedValueOnce(page(["b", "c"], "c", false));
    expect(await clock.run(directory.list())).toEqual([{ userId: "a" }, { userId: "b" }, { userId: "c" }]);
  });

  test("takes as long as its pages, and tells of each", async () => {
    const { clock, directory } = open({ people: 250 });
    const told: number[] = [];
    await clock.run(directory.list((users) => told.push(users)));
    expect(told).toEqual([100, 200, 250]);
    expect(clock.now()).toBe(300);
  });

  test("asks again for whoever was written meanwhile, and leaves out whoever was removed", async () => {
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
  function departures(
    api: FakeOrganization,
    times: number,
    others: readonly string[] = [],
  ): jest.SpyInstance {
    const list = api.listUsers.bind(api);
    let gone = 0;
    return jest.spyOn(api, "listUsers").mockImplementation((query = {}) => {
      if (query.after !== undefined && gone++ < times) {
        for (const userId of [query.after, ...others]) api.users.delete(userId);
      }
      return list(query);
    });
  }

  describe.each([400, 404, "empty"] as const)(
    "where a cursor that is gone is answered with %s",
    (cursorGone) => {
      test("begins anew, and shows nobody who has left", async () => {
        const { clock, api, directory } = open({ people: 250, cursorGone });
        const list = departures(api, 1, [idOf(5)]);
        const users = await clock.run(directory.list());
        expect(users).toEqual([...api.users.values()]);
        expect(users).toHaveLength(248);
        expect(list.mock.calls).toEqual(
          [undefined, idOf(99), undefined, idOf(101), idOf(201)].map((after) => [{ after }]),
        );
      });

      test("begins anew three times, and is an error then, never a part of the people", async () => {
        const { clock, api, directory } = open({ people: 250, cursorGone });
        departures(api, 3);
        expect(await clock.run(directory.list())).toHaveLength(247);
        const often = open({ people: 250, cursorGone });
        const list = departures(often.api, 4);
        await expect(often.clock.run(often.directory.list())).rejects.toThrow(
          cursorGone === "empty"
            ? "an empty page, though there were to be more people"
            : `failed with ${cursorGone}`,
        );
        expect(list).toHaveBeenCalledTimes(8);
      });

      test("does not believe that whoever was there then still is", async () => {
        const { clock, api, directory } = open({ people: 250, cursorGone });
        api.users.set(idOf(99), { userId: idOf(99), role: "owner" });
        departures(api, 1);
        await clock.run(directory.list());
        expect(await clock.run(directory.findOwner(() => true))).toBeUndefined();
        expect(await clock.run(directory.read(idOf(99)))).toBeUndefined();
      });
    },
  );

  test.each<[string, number, Error]>([
    ["a first page that is refused", 0, new BadRequestError(LIST, 400, {})],
    ["a later page that fails", 1, new ServerError(LIST, 500, {})],
  ])("does not begin anew after %s", async (_what, before, error) => {
    const { clock, api, directory } = open({ people: 0 });
    const list = jest.spyOn(api, "listUsers").mockRejectedValue(error);
    for (let n = 0; n < before; n++) list.mockResolvedValueOnce(page(["a"], "a", true));
    await expect(clock.run(directory.list())).rejects.toBe(error);
    expect(list).toHaveBeenCalledTimes(before + 1);
  });
});

test("the organization is the one that the API named last", () => {
  const { api, directory } = open({ people: 1 });
  expect(directory.organization).toBeUndefined();
  api.organization = "org-1";
  expect([directory.organization, directory.anew().organization]).toEqual(["org-1", "org-1"]);
});

describe("the owner of the key in use", () => {
  const entry = (redactedValue: string, ownerId: string) => ({ redactedValue, ownerId });
  const key = new AdminKey("sk-admin-0123456789abcdef");
  const OURS = "sk-admin...def";

  async function ownerOf(
    keys: FakeOrganization["keys"],
    fails?: (api: FakeOrganization) => void,
  ): Promise<{ owner: string | undefined; requests: number }> {
    const { clock, api } = open({ people: 1 });
    api.keys = keys;
    fails?.(api);
    const directory = new Directory(api, { clock, key }).anew();
    const owners = await clock.run(Promise.all([directory.keyOwner(), directory.keyOwner()]));
    expect(owners[0]).toBe(await directory.keyOwner());
    return { owner: owners[0], requests: api.counts.keys };
  }

  test.each<[string, FakeOrganization["keys"], string | undefined, number]>([
    ["is told where one key matches", [entry("sk-admin...xyz", "a"), entry(OURS, "b")], "b", 1],
    ["is told where all keys that match are one user's", [entry(OURS, "b"), entry(OURS, "b")], "b", 1],
    [
      "is looked for on all pages",
      ["a", "b", "c", "d"].map((id) => entry(id === "d" ? OURS : "x", id)),
      "d",
      2,
    ],
    ["cannot be told where keys of several users match", [entry(OURS, "a"), entry(OURS, "b")], undefined, 1],
    ["cannot be told where no key matches", [entry("sk-admin...xyz", "a")], undefined, 1],
    ["cannot be told where there are no keys", [], undefined, 1],
    ["cannot be told where there is no such API", undefined, undefined, 1],
    [
      "is not looked for in more than ten pages",
      Array.from({ length: 30 }, () => entry(OURS, "b")),
      undefined,
      10,
    ],
  ])("%s, once a process", async (_what, keys, owner, requests) => {
    expect(await ownerOf(keys)).toEqual({ owner, requests });
  });

  test("cannot be told where the pages do not go on", async () => {
    for (const lastId of ["same", undefined]) {
      const { owner } = await ownerOf([], (api) => {
        const page = { keys: [entry(OURS, "b")], lastId, hasMore: true };
        jest.spyOn(api, "listAdminApiKeys").mockResolvedValue(page);
      });
      expect(owner).toBeUndefined();
    }
  });

  test("is not asked for without a key to compare, nor told where the process ends", async () => {
    const { clock, api, directory } = open({ people: 1 });
    api.keys = [entry(OURS, "b")];
    expect(await clock.run(directory.keyOwner())).toBeUndefined();
    expect(api.counts.keys).toBe(0);
    const aborted = new AbortedError(LIST, "was not sent");
    jest.spyOn(api, "listAdminApiKeys").mockRejectedValue(aborted);
    await expect(new Directory(api, { clock, key }).keyOwner()).rejects.toBe(aborted);
  });
});

test("two writes of a person go out one after the other, in their order, and the last one counts", async () => {
  const { clock, api, directory } = open({ people: 3, latency: (n) => (n === 0 ? 500 : 100) });
  const writes = Promise.all([
    directory.modify(idOf(1), "owner"),
    directory.modify(idOf(1), "member"),
    directory.modify(idOf(2), "owner"),
  ]);
  const [, , at] = await clock.run(
    Promise.all([writes, directory.read(idOf(1)), writes.then(() => clock.now())]),
  );
  expect(api.users.get(idOf(1))?.role).toBe("member");
  expect(directory.recall(idOf(1))?.role).toBe("member");
  // Nobody else waits for them.
  expect(at).toBeLessThanOrEqual(600);
});
