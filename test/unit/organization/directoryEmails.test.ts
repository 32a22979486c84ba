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
  test("are asked for by at most 50 in one request, and by no pages where reads are not to be", async () => {
    const { clock, api, directory } = open({ people: 500 }, false);
    const asked = emailsAsked(api);
    const users = await findAll(clock, directory, count(120).map(emailOf));
    expect(users.map((user) => user?.userId)).toEqual(count(120).map(idOf));
    expect(asked.map((emails) => emails?.length)).toEqual([50, 50, 20]);
  });

  test("make no URL longer than 3000 characters of them, in both spellings", async () => {
    const { clock, api, directory } = open({ people: 0 }, false);
    const emails = count(60).map((n) => `Somebody-${String(n).padStart(17, "0")}@example.com`);
    for (const email of emails) api.users.set(email, { userId: email, email: email.toLowerCase() });
    const asked = emailsAsked(api);
    const users = await findAll(clock, directory, emails);
    expect(users.map((user) => user?.userId)).toEqual(emails);
    // Of each 40 characters, as `@` takes three, and the 10 of `&emails[]=`; twice.
    expect(
      asked.map((all) => all?.map((email) => `&emails[]=${encodeURIComponent(email)}`).join("").length),
    ).toEqual([3000, 3000]);
  });

  test("of which each is longer than that are asked for one by one", async () => {
    const { clock, api, directory } = open({ people: 10 }, false);
    const long = ["a", "b"].map((letter) => `${letter.repeat(2000)}@example.com`);
    for (const email of long) api.users.set(email, { userId: email, email });
    const asked = emailsAsked(api);
    const users = await findAll(clock, directory, long);
    expect(users.map((user) => user?.userId)).toEqual(long);
    expect(asked).toEqual(long.map((email) => [email]));
  });

  test("are asked for no more once a page has shown whose they are", async () => {
    const { clock, api, directory } = open({ people: 100 });
    const asked = emailsAsked(api);
    await findAll(clock, directory, count(51).map(emailOf));
    expect(await clock.run(directory.findByEmail("nobody@example.com"))).toBeUndefined();
    expect(asked).toEqual([count(50).map(emailOf), undefined, ["nobody@example.com"]]);
  });
});

describe("a server that ignores emails[]", () => {
  test("has answered the first page with that, so only the others are asked for", async () => {
    const { clock, api, directory } = open({ people: 250, filtersEmails: false });
    expect(await clock.run(directory.findByEmail(emailOf(249)))).toMatchObject({ userId: idOf(249) });
    expect(api.counts).toMatchObject({ list: 3, retrieve: 0 });
  });

  test("has answered a whole small organization with that, and nobody is asked for again", async () => {
    const { clock, api, directory } = open({ people: 50, filtersEmails: false });
    for (const email of ["nobody@example.com", "no-one@example.com"])
      expect(await clock.run(directory.findByEmail(email))).toBeUndefined();
    await clock.run(Promise.all(count(50).map((person) => directory.read(idOf(person)))));
    expect(await clock.run(directory.list())).toHaveLength(50);
    expect(api.counts).toMatchObject({ list: 1, retrieve: 0 });
  });

  test("may show people who have no email", async () => {
    const { clock, api, directory } = open({ people: 50, filtersEmails: false });
    api.users.set(idOf(0), { userId: idOf(0) });
    expect(await clock.run(directory.findByEmail(emailOf(1)))).toMatchObject({ userId: idOf(1) });
  });
});

describe.each([
  ["by name", (directory: Directory): Promise<unknown> => directory.findByEmail(emailOf(1))],
  ["on a page", (directory: Directory): Promise<unknown> => directory.list()],
])("an email that was found %s", (_how, find) => {
  test.each([
    ["has left", undefined],
    ["has another email", { userId: idOf(1), email: "another@example.com" }],
    ["has no email", { userId: idOf(1) }],
  ])("is looked for again once it is known that its person %s", async (_what, person) => {
    const { clock, api, directory } = open({ people: 10 });
    await clock.run(find(directory));
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
