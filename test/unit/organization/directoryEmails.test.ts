import type { VirtualClock } from "../../../bench/virtualClock";
import type { Directory } from "../../../provider/src/organization/directory";
import type { OrganizationUser } from "../../../provider/src/users-api/schema";
import { emailOf, idOf, open, type FakeOrganization } from "./fakeOrganization";

/** Looks for emails, all at once. */
const findAll = (
  clock: VirtualClock,
  directory: Directory,
  emails: readonly string[],
): Promise<(OrganizationUser | undefined)[]> =>
  clock.run(Promise.all(emails.map((email) => directory.findByEmail(email))));

/** The emails of each request from now on; undefined for one that asks for a page. */
function emailsAsked(api: FakeOrganization): (readonly string[] | undefined)[] {
  const asked: (readonly string[] | undefined)[] = [];
  const list = api.listUsers.bind(api);
  jest.spyOn(api, "listUsers").mockImplementation((query = {}) => {
    asked.push(query.emails);
    return list(query);
  });
  return asked;
}

const count = (length: number): number[] => Array.from({ length }, (_, n) => n);

describe("many emails at once", () => {
  /** Asks for the emails of some people at the end of a long list; answers those of each request, pages left out. */
  async function asked(emails: readonly string[]): Promise<(readonly string[])[]> {
    const { clock, api, directory } = open({ people: 2000 });
    for (const email of emails) api.users.set(email, { userId: email, email: email.toLowerCase() });
    const all = emailsAsked(api);
    const users = await findAll(clock, directory, emails);
    expect(users.map((user) => user?.userId)).toEqual(emails);
    return all.filter((each) => each !== undefined);
  }

  test("are sent at most 100 in one request, counted in both spellings", async () => {
    const requests = await asked(count(220).map((n) => `new${n}@example.com`));
    expect(requests.map(({ length }) => length)).toEqual([100, 100, 20]);
    const mixed = await asked(count(60).map((n) => `New${n}@example.com`));
    expect(mixed.map(({ length }) => length)).toEqual([100, 20]);
  });

  test("make no URL longer than many proxies accept, unless one email alone does", async () => {
    const emails = count(100).map((n) => `somebody-${String(n).padStart(65, "0")}@example.com`);
    const urls = await asked(emails);
    // Of each 88 characters, as `@` takes three, and the 14 of `&emails[]=`.
    expect(
      urls.map(
        (all) =>
          new URLSearchParams(all.map((each): [string, string] => ["emails[]", each])).toString().length + 1,
      ),
    ).toEqual([58, 42].map((n) => n * (88 + 14)));
    const long = ["a", "b"].map((letter) => `${letter.repeat(6000)}@example.com`);
    expect(await asked(long)).toEqual(long.map((email) => [email]));
  });

  test("are no longer sent once a page has shown whose they are", async () => {
    const { clock, api, directory } = open({ people: 100 });
    const asked = emailsAsked(api);
    api.users.set("user-late", { userId: "user-late", email: "late@example.com" });
    await findAll(clock, directory, [...count(100).map(emailOf), "late@example.com"]);
    expect(asked).toEqual([count(100).map(emailOf), undefined, undefined]);
  });
});

describe("an answer without the person proves nothing", () => {
  test.each(["bob.smith@example.com", "BOB.SMITH@EXAMPLE.COM"])(
    "if emails are compared letter by letter, %s is found on the pages",
    async (email) => {
      const { clock, api, directory } = open({ people: 150 });
      api.users.set("user-bob", { userId: "user-bob", email: "Bob.Smith@Example.com" });
      expect(await clock.run(directory.findByEmail(email))).toMatchObject({ userId: "user-bob" });
      expect(api.counts).toMatchObject({ list: 3, retrieve: 0 });
    },
  );

  test("nobody is called absent before every page has been seen, and then all are", async () => {
    const { clock, api, directory } = open({ people: 250 });
    const nobodies = count(30).map((n) => `nobody${n}@example.com`);
    expect(await findAll(clock, directory, nobodies)).toEqual(nobodies.map(() => undefined));
    expect(api.counts).toMatchObject({ list: 1 + 3, retrieve: 0 });
    await findAll(clock, directory, nobodies);
    expect(api.lookUps).toBe(4);
  });
});

describe("a server that knows aliases", () => {
  const [A, B, NOBODY] = ["a@example.com", "b@example.com", "nobody@example.com"];

  test.each<[string, Record<string, number>, string[], (number | undefined)[], string[]]>([
    ["one alone at once", { [A]: 7 }, [A], [7], []],
    ["one among others at once", { [A]: 7 }, [emailOf(1), A], [undefined, 7], []],
    ["one of several by asking for each alone", { [A]: 7 }, [A, NOBODY], [7, undefined], [A, NOBODY]],
    ["several by asking for each alone", { [A]: 7, [B]: 9 }, [A, B], [7, 9], [A, B]],
    ["nobody for an email that is nobody's", {}, [NOBODY, emailOf(1)], [undefined, undefined], []],
  ])("tells %s", async (_what, aliases, emails, whose, askedAlone) => {
    const { clock, api, directory } = open({ people: 150 });
    for (const [alias, n] of Object.entries(aliases)) api.aliases.set(alias, idOf(n));
    await findAll(clock, directory, emails);
    const asked = emailsAsked(api);
    for (const [n, email] of emails.entries()) {
      const person = whose[n];
      const told = await clock.run(directory.aliasOf(email));
      expect(told?.userId).toBe(person === undefined ? undefined : idOf(person));
    }
    const probe = ["nobody@example.invalid"];
    expect(asked.filter((each) => each?.[0] !== probe[0])).toEqual(askedAlone.map((email) => [email]));
    expect(asked.filter((each) => each?.[0] === probe[0])).toHaveLength(whose.some(Number.isInteger) ? 1 : 0);
  });

  test.each([
    [1, []],
    [50, [emailOf(0)]],
    [150, count(80).map(emailOf)],
  ])("tells no alias if it ignores emails[], of %i people", async (people, others) => {
    const { clock, directory } = open({ people, filter: "ignored" });
    await findAll(clock, directory, [NOBODY, ...others]);
    expect(await clock.run(directory.aliasOf(NOBODY))).toBeUndefined();
  });
});

test.each([400, 404, 422, "ignored"] as const)(
  "a server whose answer to emails[] is %s is asked for all pages, and no longer for emails",
  async (filter) => {
    const { clock, api, directory } = open({ people: 150, filter });
    const asked = emailsAsked(api);
    const users = await findAll(clock, directory, [emailOf(149), "nobody@example.com"]);
    expect(users).toEqual([expect.objectContaining({ userId: idOf(149) }), undefined]);
    expect(await clock.run(directory.findByEmail("no-one@example.com"))).toBeUndefined();
    expect(asked).toEqual([[emailOf(149), "nobody@example.com"], undefined, undefined]);
  },
);

test("a server that fails has not refused emails[]", async () => {
  const { clock, api, directory } = open({ people: 150, filter: 500 });
  await expect(clock.run(directory.findByEmail(emailOf(1)))).rejects.toThrow("failed with 500");
  expect(api.lookUps).toBe(1);
});

test("a server that ignores emails[] has named everybody on its answer, some of them without an email", async () => {
  const { clock, api, directory } = open({ people: 50, filter: "ignored" });
  api.users.set(idOf(0), { userId: idOf(0) });
  expect(await clock.run(directory.findByEmail(emailOf(9)))).toMatchObject({ userId: idOf(9) });
  await clock.run(Promise.all(count(50).map((person) => directory.read(idOf(person)))));
  expect(api.counts).toMatchObject({ list: 1, retrieve: 0 });
});

test("an email that two accounts have is refused with both ids, until one of them has it alone", async () => {
  const { clock, api, directory } = open({ people: 10 });
  api.users.set("user-other", { userId: "user-other", email: emailOf(1) });
  const find = (): Promise<unknown> => clock.run(directory.findByEmail(emailOf(1).toUpperCase()));
  await expect(find()).rejects.toThrow(`belongs to several accounts, "${idOf(1)}" and "user-other"`);
  await clock.run(directory.delete(idOf(1)));
  expect(await find()).toMatchObject({ userId: "user-other" });
});

describe("an email that was found on a page", () => {
  test.each([
    ["has left", undefined],
    ["has another email", { userId: idOf(1), email: "another@example.com" }],
    ["has no email", { userId: idOf(1) }],
  ])("is looked up again once it is known that its person %s", async (_what, person) => {
    const { clock, api, directory } = open({ people: 10 });
    await clock.run(directory.list());
    if (person === undefined) {
      await clock.run(directory.delete(idOf(1)));
    } else {
      api.users.set(idOf(1), person);
      await clock.run(directory.modify(idOf(1), "owner"));
    }
    api.users.set("user-heir", { userId: "user-heir", email: emailOf(1) });
    expect(await clock.run(directory.findByEmail(emailOf(1)))).toMatchObject({ userId: "user-heir" });
  });
});
