import { VirtualClock } from "../../../bench/virtualClock";
import type { Rendezvous } from "../../../provider/src/engine/rendezvous";
import { Directory } from "../../../provider/src/organization/directory";
import { Declarations } from "../../../provider/src/organization/guards/declarations";
import { OwnersGuard } from "../../../provider/src/organization/guards/owners";
import { RemovalCap } from "../../../provider/src/organization/guards/removals";
import { NotFoundError } from "../../../provider/src/users-api/errors";
import { limitOf } from "../../limits";
import { said, startProcess as peers } from "../engine/processes";
import { FakeOrganization, idOf } from "./fakeOrganization";

// What the guards of one process know from those of another one.

afterEach(() => {
  expect(said).toEqual([]);
});

const twoDeclare = (): [Declarations, Declarations] => [new Declarations(peers()), new Declarations(peers())];

const BOB = { userId: "user-bob", email: "bob@example.com" };
const TWICE =
  'Two resources of this program declare "bob@example.com": "robert" and "bob". A person has one role: keep one of the two.';
const NOT_BOTH =
  /^"(people|bob)" and "(people|bob)" declare people of the same organization\. It has one roster or/;

test.each([
  ["by id", { userId: BOB.userId }],
  ["by email", { email: "BOB@example.com" }],
])("somebody whom another process declares %s is declared, and is nobody else's", (_how, person) => {
  const [one, two] = twoDeclare();
  expect(two.has(person)).toBe(false);
  expect(one.declare({ resource: "bob" }, { ...BOB, role: "member" })).toBeUndefined();
  expect(two.has(person)).toBe(true);
  expect(two.has({ userId: "user-carol", email: "carol@example.com" })).toBe(false);
  expect(two.declare({ resource: "carol" }, { userId: "user-carol" })).toBeUndefined();
  // The engine may have asked another process about the same resource before.
  expect(new Declarations(peers()).declare({ resource: "bob" }, person)).toBeUndefined();
  expect(two.declare({ resource: "robert" }, person)).toMatch(/^Two resources of this program declare /);
});

test("an email turns out to be somebody's whom another process declares by id", () => {
  const [one, two] = twoDeclare();
  one.declare({ resource: "bob" }, { userId: BOB.userId });
  expect(two.declare({ resource: "robert" }, { email: BOB.email })).toBeUndefined();
  expect(() => {
    two.identify(BOB.email, BOB.userId);
  }).toThrow(TWICE);
});

test("whose an email is, the other process knows as well", () => {
  const [one, two] = twoDeclare();
  one.declare({ resource: "bob" }, { email: BOB.email });
  expect(two.has({ userId: BOB.userId })).toBe(false);
  one.identify(BOB.email, BOB.userId);
  one.has(BOB);
  expect(two.has({ userId: "user-carol" })).toBe(false);
  one.declare({ resource: "carol" }, { userId: "user-carol" });
  expect(two.has({ userId: BOB.userId })).toBe(true);
});

test("somebody whom another process only reads stays, and may be declared", () => {
  const [one, two] = twoDeclare();
  one.read(BOB);
  one.declare({ resource: "carol" }, { userId: "user-carol" });
  expect(two.has({ userId: BOB.userId })).toBe(true);
  expect(two.declare({ resource: "bob" }, { userId: BOB.userId })).toBeUndefined();
});

test("a roster stands beside no resource of one person, nor beside another roster, whichever process has it", () => {
  const roster = { resource: "people" };
  const members = { "alice@example.com": "owner" };
  const [one, two] = twoDeclare();
  expect(one.declareRoster(roster, members)).toBeUndefined();
  expect(new Declarations(peers()).declareRoster(roster, members)).toBeUndefined();
  expect(new Declarations(peers()).declareRoster({ resource: "others" }, {})).toContain(
    '"people" and "others"',
  );
  expect(two.declare({ resource: "bob" }, BOB)).toMatch(NOT_BOTH);
});

test("nor does a resource of one person stand beside the roster of another process", () => {
  const [one, two] = twoDeclare();
  expect(one.declare({ resource: "bob" }, BOB)).toBeUndefined();
  expect(two.declareRoster({ resource: "people" }, { "alice@example.com": "owner" })).toMatch(NOT_BOTH);
});

test("the owners that all processes declare count, each once, and so does each of this one whose role is not known yet", () => {
  const [one, two] = twoDeclare();
  one.declare({ resource: "bob" }, { userId: BOB.userId, role: "owner" });
  one.declare({ resource: "carol" }, { email: "carol@example.com", role: "owner" });
  one.declare({ resource: "dan" }, { userId: "user-dan", role: "member" });
  expect(two.declaredOwners).toBe(2);
  two.read({ userId: "user-erin" });
  two.declare({ resource: "erin" }, { userId: "user-erin" });
  two.declare({ resource: "fay" }, { userId: "user-fay", role: "owner" });
  expect([one.declaredOwners, two.declaredOwners]).toEqual([3, 4]);
});

/** The caps of two processes, and what became of each removal. */
function twoCaps(max: number) {
  const clock = new VirtualClock();
  const cap = (): RemovalCap => new RemovalCap(limitOf("maxRemovals", max), clock, peers());
  const caps: [RemovalCap, RemovalCap] = [cap(), cap()];
  const remove = (by: 0 | 1, id: string, send = () => clock.sleep(10)): Promise<string> =>
    caps[by].remove(id, id.toUpperCase(), send).then(
      () => "removed",
      (error: unknown) => (error as Error).message,
    );
  return { clock, caps, remove };
}

test.each([
  [3, "removed", "removed"],
  [
    2,
    /^Too many .*, at least 3 in all: A, B\. .*at most 2 /,
    /^Too many .*, at least 3 in all: C\. .*at most 2 /,
  ],
])("the removals of both processes count against the cap: at most %i", async (max, first, second) => {
  const { clock, remove } = twoCaps(max);
  const outcomes = await clock.run(Promise.all([remove(0, "a"), remove(0, "b"), remove(1, "c")]));
  for (const [i, outcome] of [first, first, second].entries()) expect(outcomes[i]).toMatch(outcome);
});

test("one person counts once, whichever processes remove them", async () => {
  const { clock, remove } = twoCaps(1);
  expect(await clock.run(Promise.all([remove(0, "a"), remove(1, "a")]))).toEqual(["removed", "removed"]);
});

test("whom the other process removes, this one knows, unless they turned out to be gone", async () => {
  const { clock, caps, remove } = twoCaps(3);
  const gone = new NotFoundError({ operation: "delete_user", method: "DELETE", path: "/x" }, 404, {});
  await clock.run(Promise.all([remove(0, "a"), remove(0, "b", () => Promise.reject(gone))]));
  await clock.run(remove(0, "c"));
  expect(["a", "b", "c", "d"].filter((id) => caps[1].concerns(id))).toEqual(["a", "c"]);
});

/** The last two owners, and a guard of each process. */
function twoGuards() {
  const clock = new VirtualClock();
  const organization = new FakeOrganization(clock, { people: 4 });
  for (const i of [0, 1]) organization.users.set(idOf(i), { userId: idOf(i), role: "owner" });
  const start = (): { guard: OwnersGuard; its: Rendezvous } => {
    const its = peers();
    const directory = new Directory(organization, { clock });
    const limit = limitOf("minOwners", 1);
    const guard = new OwnersGuard(directory, new Declarations(its), limit, clock, undefined, its);
    return { guard, its };
  };
  const processes: [ReturnType<typeof start>, ReturnType<typeof start>] = [start(), start()];
  const demote = async (i: 0 | 1, send = () => clock.sleep(10)): Promise<string> => {
    const { guard, its } = processes[i];
    try {
      await guard.demoteOrRemove({ userId: idOf(i), role: "owner" }, send);
      return "demoted";
    } catch (error) {
      return (error as Error).message;
    } finally {
      // As before each answer to the engine.
      its.sync(undefined);
    }
  };
  return { clock, demote };
}

test("of the last two owners one stays, though each is demoted by a process of its own", async () => {
  const { clock, demote } = twoGuards();
  const outcomes = await clock.run(Promise.all([demote(0), demote(1)]));
  expect(outcomes.filter((outcome) => outcome === "demoted").length).toBeLessThan(2);
  expect(outcomes.join()).toContain("there would be no owner in the organization");
});

test("an owner whose demotion failed still counts in the other process", async () => {
  const { clock, demote } = twoGuards();
  expect(await clock.run(demote(0, () => Promise.reject(new Error("refused"))))).toBe("refused");
  expect(await clock.run(demote(1))).toBe("demoted");
});
