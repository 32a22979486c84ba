import { VirtualClock } from "../../../bench/virtualClock";
import { Declarations } from "../../../provider/src/organization/guards/declarations";
import { OwnersGuard } from "../../../provider/src/organization/guards/owners";
import { Directory } from "../../../provider/src/organization/directory";
import { ConnectionError } from "../../../provider/src/users-api/errors";
import { FakeOrganization, idOf } from "./fakeOrganization";
import { limitOf } from "../../limits";

const CUT = new ConnectionError({ operation: "modify_user", method: "POST", path: "/x" }, "got no answer");

/** An organization of ten, of whom the first ones are owners. */
function start(owners: number, min = 1) {
  const clock = new VirtualClock();
  const organization = new FakeOrganization(clock, { people: 10 });
  for (let i = 0; i < owners; i++) organization.users.set(idOf(i), { userId: idOf(i), role: "owner" });
  const directory = new Directory(organization, { clock });
  const declarations = new Declarations();
  const guard = new OwnersGuard(directory, declarations, limitOf("minOwners", min), clock);
  /** Has some owners demoted, all at once; answers what became of each. */
  const demote = (...people: readonly number[]): Promise<string[]> =>
    clock.run(
      Promise.all(
        people.map((i) =>
          guard
            .demoteOrRemove({ userId: idOf(i), role: "owner" }, () => directory.modify(idOf(i), "member"))
            .then(
              () => "demoted",
              (error: unknown) => (error as Error).message,
            ),
        ),
      ),
    );
  const isOwner = (i: number): boolean => organization.users.get(idOf(i))?.role === "owner";
  return { clock, organization, directory, declarations, guard, demote, isOwner };
}

test.each([0, 1, 2, 3])("if four owners are to go at once, as many stay as must: %i", async (min) => {
  const { demote, isOwner } = start(4, min);
  const outcomes = await demote(0, 1, 2, 3);
  expect(outcomes.filter((outcome) => outcome === "demoted")).toHaveLength(4 - min);
  expect([0, 1, 2, 3].filter(isOwner)).toHaveLength(min);
});

test("the refusal says who is gone, and what to do", async () => {
  const { demote } = start(3, 2);
  expect((await demote(0, 1))[1]).toBe(
    'Without "user-1" there would be 1 owner in the organization (this update already demotes or removes "user-0"), ' +
      "fewer than the minimum (openai-organization:minOwners, 2), so nothing was sent. Declare another owner (one that does " +
      "not wait for this resource, nor stands after it if you run with --parallel 1), or, if this is intended, run: pulumi config set openai-organization:minOwners 1 " +
      "(for one run, for destroy, or if the program no longer declares anybody: OPENAI_MIN_OWNERS=1)",
  );
});

test.each(["isServiceAccount", "isDisabled"] as const)(
  "an owner who cannot log in (%s) does not count, not even promoted for this",
  async (why) => {
    const { clock, organization, declarations, demote } = start(3);
    organization.users.set(idOf(1), { userId: idOf(1), role: "owner", [why]: true });
    organization.users.set(idOf(5), { userId: idOf(5), role: "member", [why]: true });
    declarations.declare({}, { userId: idOf(5), role: "owner" });
    const [first, second] = await demote(0, 2);
    expect(first).toBe("demoted");
    expect(second).toContain('Without "user-2" there would be no owner in the organization');
    expect(clock.now()).toBeGreaterThan(0);
  },
);

test("other owners are looked for once, and no longer than needed", async () => {
  const { demote, organization } = start(3);
  await demote(0);
  await demote(1);
  expect(organization.counts).toMatchObject({ list: 1, retrieve: 0, modify: 2 });
  const none = start(1, 0);
  await none.demote(0);
  expect(none.organization.lookUps).toBe(0);
});

test.each(["listUsers", "modifyUser"] as const)(
  "an owner still counts whom a failing %s left one",
  async (call) => {
    const { demote, organization } = start(2);
    jest.spyOn(organization, call).mockRejectedValueOnce(CUT);
    expect(await demote(0)).toEqual([CUT.message]);
    expect(await demote(1)).toEqual(["demoted"]);
  },
);

test("declared owners are promoted first, and no more of them than needed", async () => {
  const { demote, organization, declarations, isOwner } = start(2, 2);
  for (const i of [5, 6]) declarations.declare({}, { userId: idOf(i), role: "owner" });
  expect(await demote(0)).toEqual(["demoted"]);
  expect([5, 6].map(isOwner)).toEqual([true, false]);
  expect(organization.counts.modify).toBe(2);
});

test.each([
  ["Five@example.com", true],
  ["another@example.com", false],
])("whoever is declared by email is promoted first while theirs is %s", async (email, isPromoted) => {
  const { demote, declarations, organization, isOwner } = start(1);
  organization.users.set(idOf(5), { userId: idOf(5), email, role: "member" });
  declarations.declare({}, { email: "five@example.com", role: "owner" });
  declarations.identify("five@example.com", idOf(5));
  expect(await demote(0)).toEqual([isPromoted ? "demoted" : expect.stringContaining("no owner")]);
  expect(isOwner(5)).toBe(isPromoted);
});

test("a declared owner who is not in the organization does not count, and the next one does", async () => {
  const { demote, declarations, isOwner } = start(1);
  declarations.declare({}, { userId: "user-nobody", role: "owner" });
  expect((await demote(0))[0]).toContain("there would be no owner");
  declarations.declare({}, { userId: idOf(5), role: "owner" });
  expect(await demote(0)).toEqual(["demoted"]);
  expect(isOwner(5)).toBe(true);
});

test("if a promotion fails for another reason, that is an error, and nobody goes", async () => {
  const { demote, declarations, organization, isOwner } = start(1);
  declarations.declare({}, { userId: idOf(5), role: "owner" });
  jest.spyOn(organization, "modifyUser").mockRejectedValue(CUT);
  expect(await demote(0)).toEqual([CUT.message]);
  expect(isOwner(0)).toBe(true);
});

test("a declared owner whose own update is under way is not promoted a second time", async () => {
  const { demote, declarations, directory, organization } = start(1);
  declarations.declare({}, { userId: idOf(5), role: "owner" });
  const updates: Promise<unknown>[] = [];
  const read = directory.read.bind(directory);
  jest.spyOn(directory, "read").mockImplementationOnce((userId) => {
    updates.push(directory.modify(idOf(5), "owner"));
    return read(userId);
  });
  expect(await demote(0)).toEqual(["demoted"]);
  expect(await Promise.all(updates)).toHaveLength(1);
  expect(organization.counts.modify).toBe(2);
});

test("a declared owner who goes in the same update is not promoted again", async () => {
  const { demote, declarations, organization } = start(2);
  for (const i of [0, 1]) declarations.declare({}, { userId: idOf(i), role: "owner" });
  expect(await demote(0, 1)).toEqual(["demoted", expect.stringContaining("no owner")]);
  expect(organization.counts.modify).toBe(1);
});

test("a destroy, which declares nobody, is refused at once; otherwise the guard waits for two seconds", async () => {
  for (const declared of [false, true]) {
    const { clock, demote, declarations } = start(1);
    if (declared) declarations.declare({}, { userId: idOf(0), role: "member" });
    await demote(0);
    // A page, a look at the person, and the wait.
    expect(clock.now()).toBeGreaterThan(declared ? 2_000 : 0);
    expect(clock.now()).toBeLessThan(declared ? 2_500 : 500);
  }
});

test.each(["is no owner any more", "has left"])("somebody who %s can go", async (what) => {
  const { clock, guard, organization } = start(1);
  if (what === "has left") organization.users.delete(idOf(0));
  else organization.users.set(idOf(0), { userId: idOf(0), role: "member" });
  expect(
    await clock.run(guard.demoteOrRemove({ userId: idOf(0), role: "owner" }, () => Promise.resolve("sent"))),
  ).toBe("sent");
});

test("the owner of the key in use is refused before anything is sent, and before the update", async () => {
  const { clock, demote, guard, directory, organization } = start(3);
  jest.spyOn(directory, "keyOwner").mockResolvedValue(idOf(0));
  const message =
    '"user-0" owns the admin key in use, which would stop working half-way through this update, so nothing was sent. ' +
    "Use another owner's admin key.";
  expect(await demote(0, 1)).toEqual([message, "demoted"]);
  expect(organization.counts.modify).toBe(1);
  await expect(guard.foresee({ userId: idOf(0) })).rejects.toThrow(message);
  await clock.run(guard.foresee({ userId: idOf(2) }));
});

describe("a preview of a demotion", () => {
  test.each<[string, number | undefined, number, number, string]>([
    [
      "is left to the update where nobody has said how many owners there are",
      undefined,
      2,
      1,
      "passes, for 0 requests",
    ],
    ["costs nothing where the program declares enough owners", 1, 1, 1, "passes, for 0 requests"],
    ["counts owners the program does not declare", 0, 2, 1, "passes, for 1 requests"],
    ["fails where nobody else is an owner", 0, 1, 1, "there would be no owner in"],
    ["fails where they are too few together", 1, 2, 3, "there would be 2 owners in"],
  ])("%s", async (_what, declared, owners, min, outcome) => {
    const { clock, guard, declarations, organization } = start(owners, min);
    // The one who goes, and another who goes, too: what the program declares is no owner who stays for another reason.
    organization.users.set(idOf(9), { userId: idOf(9), email: "9@example.com", role: "owner" });
    declarations.declare({ owners: declared }, { userId: idOf(0), role: "member" });
    declarations.declare({ owners: declared }, { email: "9@example.com", role: "member" });
    const foreseen = await clock.run(
      guard.foresee({ userId: idOf(0) }).then(
        () => `passes, for ${organization.lookUps} requests`,
        (error: unknown) => (error as Error).message,
      ),
    );
    expect(foreseen).toContain(outcome);
  });

  test("counts an owner declared after a pause of the program", async () => {
    const { clock, guard, declarations, organization } = start(2);
    declarations.declare({ owners: 0 }, { userId: idOf(0), role: "member" });
    declarations.declare({}, { userId: idOf(1), role: "owner" });
    await clock.run(guard.foresee({ userId: idOf(0) }));
    expect(organization.lookUps).toBe(0);
  });

  test("waits for an owner declared a moment later", async () => {
    const { clock, guard, declarations } = start(1);
    declarations.declare({ owners: 0 }, { userId: idOf(0), role: "member" });
    void clock
      .sleep(1500)
      .then(() => declarations.declare({ owners: 1 }, { userId: idOf(5), role: "owner" }));
    await clock.run(guard.foresee({ userId: idOf(0) }));
  });
});
