import { RemovalCap } from "../../../provider/src/organization/guards/removals";
import { ConnectionError, NotFoundError } from "../../../provider/src/users-api/errors";

const CONTEXT = { operation: "delete_user", method: "DELETE", path: "/organization/users/x" } as const;

const sent = (): Promise<void> => Promise.resolve();

test("as many as allowed are removed, and the next one is refused without being sent", async () => {
  const cap = new RemovalCap(2);
  await cap.remove("a", "a", sent);
  await cap.remove("b", "b", sent);
  const send = jest.fn(sent);
  await expect(cap.remove("c", "c", send)).rejects.toThrow('Removed: "a", "b". Not removed so far: "c".');
  await expect(cap.remove("d", "d@example.com", send)).rejects.toThrow(
    '"d@example.com" was not removed from the organization: this update has removed as many people as it may ' +
      '(openai:maxRemovals, 2). Removed: "a", "b". Not removed so far: "c", "d@example.com". If all of them are meant ' +
      "to go, allow it: pulumi config set openai:maxRemovals <number> (when destroying, and where the program declares " +
      "nobody any more: OPENAI_MAX_REMOVALS=<number>)",
  );
  expect(send).not.toHaveBeenCalled();
});

test("0 allows none", async () => {
  await expect(new RemovalCap(0).remove("a", "a", sent)).rejects.toThrow("Removed: nobody.");
});

test("the report waits for what is under way", async () => {
  const cap = new RemovalCap(2);
  const answers: (() => void)[] = [];
  const slow = (): Promise<void> => new Promise((resolve) => answers.push(resolve));
  const removals = [cap.remove("a", "a", slow), cap.remove("b", "b", slow)];
  const refused = expect(cap.remove("c", "c", sent)).rejects.toThrow(
    'Removed: "a", "b". Not removed so far: "c".',
  );
  for (const answer of answers) answer();
  await Promise.all(removals);
  await refused;
});

test.each([
  ["refused before it was sent", new Error("the last owner")],
  ["gone already", new NotFoundError(CONTEXT, 404, {})],
])("who was %s does not count", async (_, error) => {
  const cap = new RemovalCap(1);
  await expect(cap.remove("a", "a", () => Promise.reject(error))).rejects.toBe(error);
  await cap.remove("b", "b", sent);
});

test("a removal whose answer was lost counts: it may have happened", async () => {
  const cap = new RemovalCap(1);
  const lost = new ConnectionError(CONTEXT, "got no answer");
  await expect(cap.remove("a", "a", () => Promise.reject(lost))).rejects.toBe(lost);
  await expect(cap.remove("b", "b", sent)).rejects.toThrow("was not removed");
});

test("a person of two resources is removed once, and counts once", async () => {
  const cap = new RemovalCap(1);
  const send = jest.fn(sent);
  await Promise.all([cap.remove("a", "a", send), cap.remove("a", "a", send)]);
  await cap.remove("a", "a", send);
  expect(send).toHaveBeenCalledTimes(1);
});
