import { VirtualClock } from "../../../bench/virtualClock";
import { Declarations } from "../../../provider/src/organization/guards/declarations";
import { LastOwnerGuard } from "../../../provider/src/organization/guards/lastOwner";
import { Directory } from "../../../provider/src/organization/directory";
import { ConnectionError } from "../../../provider/src/users-api/errors";
import { FakeOrganization, idOf } from "./fakeOrganization";

interface Setting {
  readonly clock: VirtualClock;
  readonly organization: FakeOrganization;
  readonly directory: Directory;
  readonly declarations: Declarations;
  readonly guard: LastOwnerGuard;
}

/** An organization of ten, of whom the first ones are owners. */
function start(owners: number, allowed = false): Setting {
  const clock = new VirtualClock();
  const organization = new FakeOrganization(clock, { people: 10 });
  for (let i = 0; i < owners; i++) {
    organization.users.set(idOf(i), { userId: idOf(i), role: "owner" });
  }
  const directory = new Directory(organization, { clock });
  const declarations = new Declarations();
  const guard = new LastOwnerGuard(directory, declarations, allowed, clock);
  return { clock, organization, directory, declarations, guard };
}

test("of several owners who go at once the last is refused", async () => {
  const { clock, guard } = start(4);
  const goings = [0, 1, 2, 3].map((i) => guard.letGo({ userId: idOf(i), email: `${idOf(i)}@example.com` }));
  const settled = await clock.run(Promise.allSettled(goings));
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected"]);
  await expect(goings[3]).rejects.toThrow(
    '"user-3@example.com" ("user-3") is the last owner of the organization (this update has taken the role from ' +
      '"user-0@example.com" ("user-0"), "user-1@example.com" ("user-1"), "user-2@example.com" ("user-2") already)',
  );
});

test("the refusal says what to do", async () => {
  const { clock, guard } = start(1);
  const going = guard.letGo({ userId: idOf(0) });
  await clock.run(Promise.allSettled([going]));
  await expect(going).rejects.toThrow(
    '"user-0" is the last owner of the organization, so nothing was sent: without an owner nobody could administer it. ' +
      "Declare another owner (one that does not wait for this resource), or, if this is meant, allow it: " +
      "pulumi config set openai:minOwners 0 (when destroying, and where the program declares nobody any more: " +
      "OPENAI_MIN_OWNERS=0)",
  );
});

test("another owner is looked for once, and no further than needed", async () => {
  const { clock, guard, organization } = start(3);
  await clock.run(guard.letGo({ userId: idOf(0) }));
  await clock.run(guard.letGo({ userId: idOf(1) }));
  expect(organization.counts).toMatchObject({ list: 1, retrieve: 0, modify: 0, delete: 0 });
});

test("nothing is looked for where nobody needs to stay", async () => {
  const { clock, guard, organization } = start(1, true);
  await clock.run(guard.letGo({ userId: idOf(0) }));
  expect(organization.lookUps).toBe(0);
});

test("who is declared an owner is promoted first", async () => {
  const { clock, guard, organization, declarations } = start(1);
  declarations.declare("new", { userId: idOf(5), role: "owner" });
  await clock.run(guard.letGo({ userId: idOf(0) }));
  expect(organization.users.get(idOf(5))?.role).toBe("owner");
  expect(organization.counts.modify).toBe(1);
});

test("a declaration that comes a moment later is waited for", async () => {
  const { clock, guard, organization, declarations } = start(1);
  declarations.declare("old", { userId: idOf(0), role: "member" });
  const going = guard.letGo({ userId: idOf(0) });
  const declaring = clock.sleep(1500).then(() => {
    declarations.declare("new", { userId: idOf(5), role: "owner" });
  });
  await clock.run(Promise.all([going, declaring]));
  expect(organization.users.get(idOf(5))?.role).toBe("owner");
});

test("who is declared an owner and is not in the organization does not count, and the next one does", async () => {
  const { clock, guard, declarations, organization } = start(1);
  declarations.declare("nobody", { userId: "user-nobody", role: "owner" });
  const going = guard.letGo({ userId: idOf(0) });
  await clock.run(Promise.allSettled([going]));
  await expect(going).rejects.toThrow("is the last owner");
  declarations.declare("somebody", { userId: idOf(5), role: "owner" });
  await clock.run(guard.letGo({ userId: idOf(0) }));
  expect(organization.users.get(idOf(5))?.role).toBe("owner");
});

test("a promotion that fails for another reason is an error, and nobody goes", async () => {
  const { clock, guard, declarations, organization } = start(1);
  declarations.declare("new", { userId: idOf(5), role: "owner" });
  const cut = new ConnectionError(
    { operation: "modify_user", method: "POST", path: "/organization/users/user-5" },
    "got no answer",
  );
  jest.spyOn(organization, "modifyUser").mockRejectedValue(cut);
  const going = guard.letGo({ userId: idOf(0) });
  await clock.run(Promise.allSettled([going]));
  await expect(going).rejects.toBe(cut);
});

test("who is declared an owner and goes in the same update is not promoted again", async () => {
  const { clock, guard, declarations, organization } = start(2);
  declarations.declare("one", { userId: idOf(0), role: "owner" });
  declarations.declare("two", { userId: idOf(1), role: "owner" });
  const goings = [0, 1].map((i) => guard.letGo({ userId: idOf(i) }));
  const settled = await clock.run(Promise.allSettled(goings));
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(organization.counts.modify).toBe(0);
});

test("a destroy, which declares nobody, is refused at once; else it is waited for two seconds", async () => {
  for (const declared of [false, true]) {
    const { clock, guard, declarations } = start(1);
    if (declared) declarations.declare("old", { userId: idOf(0), role: "member" });
    await clock.run(Promise.allSettled([guard.letGo({ userId: idOf(0) })]));
    // A page, a look at the person, and the wait.
    expect(clock.now()).toBeGreaterThan(declared ? 2_000 : 0);
    expect(clock.now()).toBeLessThan(declared ? 2_500 : 500);
  }
});

test.each(["is no owner any more", "has left"])("who %s can go", async (what) => {
  const { clock, guard, organization } = start(1);
  if (what === "has left") organization.users.delete(idOf(0));
  else organization.users.set(idOf(0), { userId: idOf(0), role: "member" });
  await clock.run(guard.letGo({ userId: idOf(0) }));
});
