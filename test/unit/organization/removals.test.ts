import { VirtualClock } from "../../../bench/virtualClock";
import { RemovalCap } from "../../../provider/src/organization/guards/removals";
import {
  ConnectionError,
  NotFoundError,
  PermissionDeniedError,
} from "../../../provider/src/users-api/errors";
import { limitOf } from "../../limits";

const CONTEXT = { operation: "delete_user", method: "DELETE", path: "/organization/users/x" } as const;

/** A cap in virtual time, and the ids that were sent. */
function start(max: number) {
  const clock = new VirtualClock();
  const cap = new RemovalCap(limitOf("maxRemovals", max), clock);
  const sent: string[] = [];
  const remove = async (id: string, after = 0, fails?: Error): Promise<string> => {
    await clock.sleep(after);
    const send = (): Promise<void> => {
      sent.push(id);
      return fails === undefined ? clock.sleep(1000) : Promise.reject(fails);
    };
    return cap.remove(id, id.toUpperCase(), send).then(
      () => "removed",
      (error: unknown) => (error as Error).message,
    );
  };
  return { cap, clock, sent, remove };
}

test("removals that the engine sends at once are gathered: beyond the cap none of them is sent", async () => {
  const { clock, sent, remove } = start(2);
  const removals = [remove("a"), remove("b", 150), remove("c", 300)];
  const message =
    "Too many people would be removed or demoted, at least 3 in all: A, B, C. One update may remove or demote at most 2 " +
    "(openai-organization:maxRemovals). Nobody was removed or demoted. If all of this is intended, run: pulumi config set " +
    "openai-organization:maxRemovals 3 (for one run, for destroy, or if the program no longer declares anybody: OPENAI_MAX_REMOVALS=3)";
  expect(await clock.run(Promise.all(removals))).toEqual([message, message, message]);
  expect(sent).toEqual([]);
});

test("as many as allowed are removed, each after a moment of quiet", async () => {
  const { clock, sent, remove } = start(2);
  expect(await clock.run(Promise.all([remove("a"), remove("b", 150)]))).toEqual(["removed", "removed"]);
  expect(sent).toEqual(["a", "b"]);
  expect(clock.now()).toBeLessThan(1500);
});

test("a later one is refused, and the refusal says who is gone and that a retry removes more", async () => {
  const { clock, sent, remove } = start(2);
  // While the first two are under way.
  const [, , third, fourth] = await clock.run(
    Promise.all([remove("a"), remove("b"), remove("c", 450), remove("d", 2000)]),
  );
  expect(third).toContain(
    ": C. One update may remove or demote at most 2 (openai-organization:maxRemovals). Removed or demoted before that: A, B. Running this again goes on with it.",
  );
  expect(fourth).toContain(
    ": C, D. One update may remove or demote at most 2 (openai-organization:maxRemovals). Removed or demoted before that: A, B.",
  );
  expect(fourth).toContain("pulumi config set openai-organization:maxRemovals 4 ");
  expect(sent).toEqual(["a", "b"]);
});

test("a refusal counts and names all who were read and are not declared, however few the engine asks about at once", async () => {
  const { cap, clock, remove } = start(2);
  for (const id of ["a", "b", "c", "d", "e"])
    cap.foresee(id, { who: id.toUpperCase(), isDeclared: () => id === "e" });
  const [first] = await clock.run(Promise.all([remove("a"), remove("b"), remove("c")]));
  expect(first).toContain("Too many people would be removed or demoted, 4 in all: A, B, C, D. One update");
  expect(first).toContain("openai-organization:maxRemovals 4 ");
});

test.each([
  ["refused before it was sent", new Error("the last owner")],
  ["gone already", new NotFoundError(CONTEXT, 404, {})],
])("somebody who was %s does not count", async (_, error) => {
  const { clock, remove } = start(1);
  expect(await clock.run(remove("a", 0, error))).toBe(error.message);
  expect(await clock.run(remove("b"))).toBe("removed");
});

test("a removal whose answer was lost counts: it may have happened, and the refusal says so", async () => {
  const { clock, remove } = start(1);
  await clock.run(remove("a", 0, new ConnectionError(CONTEXT, "got no answer")));
  expect(await clock.run(remove("b"))).toContain(
    ": B. One update may remove or demote at most 1 (openai-organization:maxRemovals). Possibly removed or demoted (no clear answer came): A. Running this again goes on with it. ",
  );
});

test("a removal that the server refused counts, and has removed nobody", async () => {
  const { clock, remove } = start(1);
  await clock.run(remove("a", 0, new PermissionDeniedError(CONTEXT, 403, {}, false)));
  expect(await clock.run(remove("b"))).toContain(
    ": A, B. One update may remove or demote at most 1 (openai-organization:maxRemovals). Nobody was removed or demoted. ",
  );
});

test("a person of two resources is removed once, counts once, and is named once", async () => {
  const { clock, sent, remove } = start(1);
  await clock.run(Promise.all([remove("a"), remove("a"), remove("a", 2000)]));
  expect(sent).toEqual(["a"]);
  expect(await clock.run(remove("b"))).toContain("Removed or demoted before that: A. ");
});
