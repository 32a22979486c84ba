import type { ServerResponse } from "node:http";
import fc from "fast-check";

import { UsersApiError } from "../../provider/src/users-api/errors";
import { CANARY, clientsOver, closeAll, everythingShown, keysIn, serve, transportTo } from "./clientSupport";
import { anyText } from "../anyText";

afterEach(closeAll);

const ID = "user-1";

/** Texts in which the key may stand, and what a terminal obeys. */
const text = fc.oneof(
  anyText(),
  fc
    .array(fc.oneof(fc.constantFrom(CANARY, CANARY.slice(3, 20), "\u001b[2J", "\r\n", "\u202e"), fc.string()))
    .map((parts) => parts.join("")),
);

const user = fc.record({
  id: fc.oneof({ weight: 3, arbitrary: fc.constant(ID) }, { weight: 1, arbitrary: text }),
  email: text,
  name: text,
  role: fc.oneof(fc.constantFrom("owner", "reader"), text),
  deleted: fc.constant(true),
});

/** What every operation takes for an answer. */
const honest = fc.constant({ id: ID, role: "owner", deleted: true, data: [], has_more: false });

const json = fc.oneof(
  { weight: 3, arbitrary: honest },
  fc.jsonValue(),
  user,
  fc.record({ data: fc.array(user), has_more: fc.boolean(), last_id: text }),
  fc.record({
    error: fc.oneof(text, fc.record({ message: text, type: text, param: text, code: text })),
  }),
);

const answers = fc.record({
  status: fc.oneof(
    fc.constantFrom(200, 200, 200, 301, 401, 404, 429, 500),
    fc.integer({ min: 200, max: 599 }),
  ),
  body: fc.oneof({ weight: 3, arbitrary: json.map((value) => JSON.stringify(value)) }, text, fc.uint8Array()),
  headers: fc.dictionary(
    fc.constantFrom("content-type", "x-request-id", "retry-after", "location", "content-encoding"),
    // What a header can carry.
    text.map((value) => value.replace(/[^\t -~\u0080-\u00ff]/g, "")),
  ),
});

test("whatever the answer, the result is what was asked for or one of our errors, printable and without the key", async () => {
  let answer = (response: ServerResponse): unknown => response.end();
  const { url } = await serve((_request, response) => answer(response));
  const transport = transportTo(url);
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      answers,
      fc.constantFrom("list", "retrieve", "modify", "delete"),
      async (given, operation) => {
        answer = (response) => response.writeHead(given.status, given.headers).end(given.body);
        const { client } = clientsOver(transport);
        const attempt: Promise<unknown> = {
          list: () => client.listUsers(),
          retrieve: () => client.retrieveUser(ID),
          modify: () => client.modifyUser(ID, "owner"),
          delete: () => client.deleteUser(ID),
        }[operation]();
        const outcome = await attempt.catch((error: unknown) => error);
        kinds.add(outcome instanceof Error ? outcome.name : "an answer");
        if (!(outcome instanceof Error)) {
          // A cursor goes back to the server, and nowhere else.
          const printed = { ...(outcome as object), lastId: undefined };
          expect(JSON.stringify(printed)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect(JSON.stringify(outcome ?? null)).not.toContain(CANARY);
          return;
        }
        expect(outcome).toBeInstanceOf(UsersApiError);
        expect(outcome.message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(outcome.message.length).toBeLessThan(700);
        expect(keysIn(everythingShown(outcome))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
  // The answers are of all kinds.
  expect([...kinds]).toEqual(
    expect.arrayContaining(["InvalidResponseError", "StatusError", "ServerError", "an answer"]),
  );
});
