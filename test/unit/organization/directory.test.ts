import fc from "fast-check";

import type { VirtualClock } from "../../../bench/virtualClock";
import { Directory } from "../../../provider/src/organization/directory";
import { AdminKey } from "../../../provider/src/users-api/adminKey";
import { AbortedError, StallError } from "../../../provider/src/users-api/errors";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { emailOf, idOf, open, type FakeOptions, type FakeOrganization } from "./fakeOrganization";

/** A look-up and when it is asked for. */
interface LookUp {
  readonly person: number;
  readonly at: number;
  readonly by: "id" | "state" | "email";
}

/** Looks somebody up: by id, by id with the email of the state, or by email. */
function lookUp(
  directory: Directory,
  person: number,
  by: LookUp["by"],
): Promise<OrganizationUser | undefined> {
  if (by === "email") return directory.findByEmail(emailOf(person));
  return directory.read(idOf(person), by === "state" ? emailOf(person) : undefined);
}

/** Runs look-ups at their times; answers what each was told. */
async function lookUpAll(
  clock: VirtualClock,
  directory: Directory,
  lookUps: readonly LookUp[],
): Promise<(OrganizationUser | undefined)[]> {
  return clock.run(
    Promise.all(
      lookUps.map(async ({ person, at, by }) => {
        await clock.sleep(at);
        return lookUp(directory, person, by);
      }),
    ),
  );
}

const count = (length: number): number[] => Array.from({ length }, (_, n) => n);

const latencies = fc.infiniteStream(fc.oneof(fc.constant(100), fc.nat({ max: 2000 })));

const next = (stream: fc.Stream<number>): number => stream.next().value as number;

/** Organizations of every kind that matters: below a page, at its edge, a few pages, many. */
const sizes = fc.oneof(
  fc.integer({ min: 1, max: 120 }),
  fc.constantFrom(99, 100, 101, 200),
  fc.integer({ min: 1, max: 3000 }),
);

const LIST = { operation: "list_users", method: "GET", path: "/organization/users" } as const;

/** At most so many requests for N people on P pages, where one at a time is asked for; and by emails, where that is of use. */
const takingTurns = (n: number, p: number): number => 2 * Math.min(n, p) + 1;
const byEmails = (n: number, p: number): number => Math.min(2 * n + 3, 3 * p + 20);

/** Where the server is found out by the first request, which may tell nothing. */
const foundOut = (n: number, p: number): number => takingTurns(n + 1, p);
const onlyPages = (_n: number, p: number): number => 2 * p + 1;

test.each<[string, LookUp["by"], FakeOptions["filter"], (n: number, p: number) => number]>([
  ["ids", "id", "exact", takingTurns],
  ["ids with the state's emails", "state", "exact", byEmails],
  ["ids with the state's emails", "state", "folded", byEmails],
  ["ids with the state's emails", "state", "aliases", byEmails],
  ["ids with the state's emails", "state", "ignored", foundOut],
  ["ids with the state's emails", "state", 400, foundOut],
  ["emails", "email", "exact", byEmails],
  ["emails", "email", "aliases", byEmails],
  ["emails", "email", "ignored", onlyPages],
  ["emails", "email", 400, onlyPages],
])(
  "%s cost no more requests than promised, in every order and timing (%s, emails[] %s)",
  async (_what, by, filter, bound) => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.tuple(fc.nat(), fc.oneof(fc.constant(0), fc.nat({ max: 20 }), fc.nat({ max: 3000 }))), {
          minLength: 1,
          maxLength: 60,
        }),
        latencies,
        async (people, asked, latency) => {
          const { clock, api, directory } = open({ people, latency: () => next(latency), filter });
          const lookUps = asked.map(([n, at]) => ({ person: n % people, at, by }));
          const answers = await lookUpAll(clock, directory, lookUps);

          expect(answers.map((user) => user?.userId)).toEqual(lookUps.map(({ person }) => idOf(person)));
          const distinct = new Set(lookUps.map(({ person }) => person)).size;
          expect(api.lookUps).toBeLessThanOrEqual(bound(distinct, Math.ceil(people / 100)));
        },
      ),
    );
  },
);

test.each<[LookUp["by"], FakeOptions["filter"]]>([
  ["id", "exact"],
  ["state", "exact"],
  ["state", "ignored"],
  ["email", "exact"],
  ["email", "ignored"],
  ["email", "aliases"],
  ["email", 404],
])(
  "people who are absent cost a request each, looked up by %s if emails[] is %s, and nobody is forgotten",
  async (by, filter) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2000 }),
        fc.uniqueArray(fc.nat({ max: 4000 }), { minLength: 1, maxLength: 40 }),
        fc.infiniteStream(fc.nat({ max: 3000 })),
        latencies,
        async (people, persons, at, latency) => {
          const { clock, api, directory } = open({ people, latency: () => next(latency), filter });
          const lookUps = persons.map((person) => ({ person, at: next(at), by }));
          const answers = await lookUpAll(clock, directory, lookUps);

          const absent = persons.filter((person) => person >= people).length;
          expect(answers.filter((answer) => answer === undefined)).toHaveLength(absent);
          expect(api.lookUps).toBeLessThanOrEqual(3 * Math.ceil(people / 100) + 20 + absent);
          // Only retrieve_user says that nobody has an id.
          if (by !== "email") expect(api.counts.retrieve).toBeGreaterThanOrEqual(absent);
          expect(await clock.run(directory.list())).toHaveLength(people);
        },
      ),
    );
  },
);

test("a look-up that waits for company while the last page comes does not begin the list again", async () => {
  const { clock, api, directory } = open({ people: 100, filter: 400 });
  const nobody = (n: number): Promise<unknown> => directory.findByEmail(`nobody${n}@example.com`);
  const later = count(120).map((n) => clock.sleep(150 + n).then(() => nobody(n)));
  await clock.run(Promise.all([nobody(1000), ...later]));
  expect(await clock.run(directory.list())).toHaveLength(100);
  expect(api.counts.list).toBe(2);
});

describe("a refresh that reads several people at once", () => {
  /** Reads people in an order, so many at once as the engine does; answers what it cost. */
  async function refresh(
    persons: readonly number[],
    parallel: number,
    { clock, api, directory }: ReturnType<typeof open>,
  ): Promise<FakeOrganization["counts"] & { readonly lookUps: number }> {
    const left = [...persons];
    const found = new Set<string | undefined>();
    const worker = async (): Promise<void> => {
      for (let person = left.shift(); person !== undefined; person = left.shift())
        found.add((await lookUp(directory, person, "state"))?.userId);
    };
    await clock.run(Promise.all(Array.from({ length: parallel }, worker)));
    expect(found).toEqual(new Set(persons.map(idOf)));
    return { ...api.counts, lookUps: api.lookUps };
  }

  /** N people, spread over all M. */
  const spread = (n: number, people: number): number[] =>
    count(n).map((i) => Math.floor(((i + 0.5) * people) / n));

  test("costs about twice the lesser of N/B and M/100, or three times from the list's end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("exact" as const, "folded"),
        sizes.chain((people) => fc.tuple(fc.constant(people), fc.integer({ min: 1, max: people }))),
        fc.constantFrom(2, 4, 8, 32),
        fc.constantFrom("list", "reversed", "shuffled"),
        fc.infiniteStream(fc.nat()),
        latencies,
        async (filter, [people, n], parallel, order, ranks, latency) => {
          const persons = spread(Math.min(n, 400), people);
          if (order === "reversed") persons.reverse();
          const rank = new Map(persons.map((person) => [person, next(ranks)]));
          if (order === "shuffled") persons.sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
          const { lookUps } = await refresh(
            persons,
            parallel,
            open({ people, latency: () => next(latency), filter }),
          );
          const least = Math.min(Math.ceil(persons.length / parallel), Math.ceil(people / 100));
          expect(lookUps).toBeLessThanOrEqual((order === "reversed" ? 3 : 2) * least + 25);
        },
      ),
    );
  });

  test.each([
    [8, 1, 50_000, "beginning", 1],
    [8, 80, 80, "beginning", 1],
    [8, 100, 50_000, "beginning", 14],
    [32, 100, 50_000, "beginning", 5],
    [8, 1_000, 1_000, "beginning", 10],
    [8, 1_000, 1_000, "end", 34],
    [1, 400, 400, "end", 9],
  ])("%d at once: %d of %d people, from the list's %4$s, cost at most %5$d requests", async (...given) => {
    const [parallel, n, people, from, most] = given;
    const persons = spread(n, people);
    if (from === "end") persons.reverse();
    const { lookUps, retrieve } = await refresh(persons, parallel, open({ people }));
    expect(lookUps).toBeLessThanOrEqual(most);
    if (parallel > 1) expect(retrieve).toBe(n === 1 ? 1 : 0);
  });

  test("goes on by id for people who are not listed with the expected one", async () => {
    const opened = open({ people: 200 });
    for (const n of [3, 5]) opened.api.users.set(idOf(n), { userId: idOf(n), email: `new${n}@example.com` });
    opened.api.users.set("user-other", { userId: "user-other", email: emailOf(3) });
    const list = jest.spyOn(opened.api, "listUsers");
    await refresh([101, 3, 103, 5, 107], 5, opened);
    expect(list.mock.calls[1]?.[0]?.emails).toEqual([101, 103, 107].map(emailOf));
  });
});

/** Many acts at once. */
const times = (n: number, act: (i: number) => Promise<unknown>): Promise<unknown> =>
  Promise.all(count(n).map(act));

describe("look-ups", () => {
  test.each<[string, number, (directory: Directory) => Promise<unknown>, number, number]>([
    ["of one user are one request", 10, (all) => times(20, () => all.read(idOf(3))), 0, 1],
    ["of ten emails are one request", 1000, (all) => times(10, (n) => all.findByEmail(emailOf(n))), 1, 0],
    [
      "of whom this process has written are none, and count for nobody else",
      80,
      async (all) => {
        await all.modify(idOf(1), "owner");
        for (const n of [1, 1, 7]) await all.read(idOf(n));
      },
      0,
      1,
    ],
    [
      "of the same people again count for nobody else",
      5000,
      async (all) => {
        for (const n of [0, ...Array<number>(50).fill(1)]) await all.read(idOf(n));
        for (let n = 1; n < 10; n++) await all.read(idOf(500 * n));
      },
      9,
      10,
    ],
    [
      "of people far apart, one after the other, are by id, which tells who is absent",
      5000,
      async (all) => {
        for (let n = 9; n > 0; n--) await all.read(idOf(500 * n), emailOf(500 * n));
      },
      7,
      8,
    ],
    [
      "one after the other are a page after the first, which shows the others",
      80,
      async (all) => {
        await all.read(idOf(0));
        expect(await all.findByEmail(emailOf(1))).toMatchObject({ userId: idOf(1) });
        for (let n = 2; n < 80; n++) await all.read(idOf(n));
      },
      1,
      1,
    ],
    [
      "after a list are none",
      250,
      async (all) => {
        expect(await all.list()).toHaveLength(250);
        await times(250, (n) => Promise.all([all.read(idOf(n)), all.findByEmail(emailOf(n))]));
      },
      3,
      0,
    ],
  ])("%s", async (_what, people, act, list, retrieve) => {
    const { clock, api, directory } = open({ people });
    await clock.run(act(directory));
    expect(api.counts).toMatchObject({ list, retrieve });
  });

  test("wait less than 10 ms for company", async () => {
    const { clock, api, directory } = open({ people: 80, latency: () => 0 });
    await clock.run(directory.read(idOf(7), emailOf(7)));
    expect(clock.now()).toBeLessThan(10);
    expect(api.counts).toMatchObject({ list: 0, retrieve: 1 });
  });

  test("wait for company as long as some comes", async () => {
    const { clock, api, directory } = open({ people: 5000 });
    for (const n of [0, 4999]) await clock.run(directory.read(idOf(n)));
    const before = api.lookUps;
    const apart = count(8).map((n): LookUp => ({ person: 600 * n + 300, at: 6 * n, by: "state" }));
    await lookUpAll(clock, directory, apart);
    expect(api.lookUps).toBe(before + 1);
  });

  test("of a new directory remember nobody", async () => {
    const { clock, api, directory } = open({ people: 80 });
    const all = count(50).map((person): LookUp => ({ person, at: 0, by: "id" }));
    await lookUpAll(clock, directory, all);
    api.users.delete(idOf(3));
    const answers = await lookUpAll(clock, directory.anew(), all);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(api.counts).toMatchObject({ list: 2, retrieve: 1 });
    // What was made before still is as it was.
    expect(await clock.run(directory.read(idOf(3)))).toMatchObject({ userId: idOf(3) });
  });
});

describe("what this process has written", () => {
  test("is never read from an answer to an earlier request, whatever the timing", async () => {
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
                  const answer = await directory.read(idOf(person));
                  // Unless the person is written again meanwhile.
                  if (turn.get(person) === before)
                    expect(answer?.role).toBe(api.users.get(idOf(person))?.role);
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

  test("goes out one write of a person after the other, in their order, and the last one counts", async () => {
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

  test("lets a read wait for the second of two writes, even if the first is over, and sends nothing for it", async () => {
    const { clock, directory, api } = open({ people: 50, latency: () => 400 });
    await clock.run(directory.list());
    const [before, lookUps] = [clock.now(), api.lookUps];
    jest.spyOn(api, "modifyUser").mockImplementationOnce(async () => {
      await clock.sleep(20);
      throw new Error("the answer was lost");
    });
    const writes = Promise.allSettled([directory.modify(idOf(1), "owner"), directory.delete(idOf(1))]);
    const read = clock.sleep(50).then(() => directory.read(idOf(1)));
    expect(await clock.run(read)).toBeUndefined();
    expect(clock.now()).toBeGreaterThanOrEqual(before + 420);
    expect(api.lookUps).toBe(lookUps);
    await writes;
  });

  test.each([
    ["changed", (directory: Directory): Promise<unknown> => directory.modify("user-gone", "owner")],
    ["removed", (directory: Directory): Promise<unknown> => directory.delete("user-gone")],
  ])("includes that a person who could not be %s is gone", async (_what, write) => {
    const { clock, api, directory } = open({ people: 50 });
    await expect(clock.run(write(directory))).rejects.toThrow("404");
    expect(await clock.run(directory.read("user-gone"))).toBeUndefined();
    expect(api.lookUps).toBe(0);
  });

  test.each([
    ["is found", emailOf(1), "owner"],
    ["is somebody else's by now", "new@example.com", undefined],
  ])("is read again if a write's outcome is unknown: the email %s", async (_what, email, role) => {
    const { clock, api, directory } = open({ people: 50 });
    await clock.run(directory.list());
    const modify = jest.spyOn(api, "modifyUser").mockImplementationOnce(() => {
      api.users.set(idOf(1), { userId: idOf(1), email, role: "owner" });
      return Promise.reject(new Error("the answer was lost"));
    });
    await expect(clock.run(directory.modify(idOf(1), "owner"))).rejects.toThrow("lost");
    expect(modify).toHaveBeenCalledTimes(1);
    expect(directory.recall(idOf(1))).toBeUndefined();
    expect((await clock.run(directory.findByEmail(emailOf(1))))?.role).toBe(role);
    expect(await clock.run(directory.read(idOf(1)))).toMatchObject({ role: "owner" });
  });
});

test("a request that fails fails every look-up that waits for it, and says of nobody that they are absent", async () => {
  const { clock, api, directory } = open({ people: 50 });
  const error = new StallError(LIST, "was not sent");
  const fails = [
    jest.spyOn(api, "listUsers").mockRejectedValueOnce(error),
    jest.spyOn(api, "retrieveUser").mockRejectedValueOnce(error),
  ];
  const refused = { status: "rejected", reason: error };
  const many = [0, 1, 2].map((person) => directory.read(idOf(person)));
  expect(await clock.run(Promise.allSettled(many))).toEqual([refused, refused, refused]);
  expect(await clock.run(Promise.allSettled([directory.read(idOf(3))]))).toEqual([refused]);
  for (const fake of fails) expect(fake).toHaveBeenCalledTimes(1);
  expect(await clock.run(directory.read(idOf(3)))).toMatchObject({ userId: idOf(3) });
});

test("people are indexed once, and again after something has changed", async () => {
  const { clock, directory } = open({ people: 150 });
  const people = await clock.run(directory.people());
  expect(await clock.run(directory.people())).toBe(people);
  await clock.run(directory.modify(idOf(1), "owner"));
  expect((await clock.run(directory.people())).withId(idOf(1))?.role).toBe("owner");
});

describe("another owner", () => {
  const owner = (n: number, more: Partial<OrganizationUser> = {}): OrganizationUser => ({
    userId: idOf(n),
    role: "owner",
    ...more,
  });

  test.each<[string, OrganizationUser[], string | undefined, number]>([
    ["is found on the first page that has one", [owner(120), owner(220)], idOf(120), 2],
    ["is none who does not fit", [owner(7), owner(220)], idOf(220), 3],
    ["is none who cannot log in", [owner(8, { isDisabled: true })], undefined, 3],
  ])("%s", async (_what, owners, found, requests) => {
    const { clock, api, directory } = open({ people: 250 });
    for (const user of owners) api.users.set(user.userId, user);
    for (let times = 0; times < 2; times++)
      expect((await clock.run(directory.findOwner((id) => id !== idOf(7))))?.userId).toBe(found);
    expect(api.lookUps).toBe(requests);
  });

  test("is read again after a write whose outcome is unknown", async () => {
    const { clock, api, directory } = open({ people: 5 });
    api.users.set(idOf(1), owner(1));
    jest.spyOn(api, "modifyUser").mockRejectedValue(new Error("the answer was lost"));
    await expect(clock.run(directory.modify(idOf(1), "member"))).rejects.toThrow("lost");
    expect(await clock.run(directory.findOwner(() => true))).toEqual(owner(1));
  });
});

test("the organization is the one that the API last named", () => {
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
    fails?: (api: FakeOrganization) => unknown,
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

  test.each([
    ["2", 2],
    [undefined, 1],
  ])(
    "is not looked for any further where the listing goes on after %s for ever",
    async (lastId, requests) => {
      const endless = (api: FakeOrganization): jest.SpyInstance =>
        jest.spyOn(api, "listAdminApiKeys").mockImplementation(() => {
          api.counts.keys++;
          return Promise.resolve({ items: [entry(OURS, "b")], lastId, hasMore: true });
        });
      expect(await ownerOf([], endless)).toEqual({ owner: undefined, requests });
    },
  );

  test("is not looked for without a key to compare, nor once the process is ending", async () => {
    const { clock, api, directory } = open({ people: 1 });
    api.keys = [entry(OURS, "b")];
    expect(await clock.run(directory.keyOwner())).toBeUndefined();
    expect(api.counts.keys).toBe(0);
    const aborted = new AbortedError(LIST, "was not sent");
    jest.spyOn(api, "listAdminApiKeys").mockRejectedValue(aborted);
    await expect(new Directory(api, { clock, key }).keyOwner()).rejects.toBe(aborted);
  });
});
