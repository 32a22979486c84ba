import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  StatusError,
} from "../../provider/src/users-api/errors";
import { CANARY, closeAll, failureOf, start, transportTo } from "./clientSupport";

afterEach(closeAll);

const RETRIEVE = { operation: "retrieve_user", method: "GET", path: "/organization/users/u" } as const;
const ERROR = { message: "Too bad.", type: "some_type", param: "some_param", code: "some_code" };

async function answered(
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Error> {
  const emulator = await start();
  const said = body === undefined ? {} : { body };
  emulator.inject({ fault: { kind: "status", status, headers, ...said } });
  return failureOf(transportTo(emulator.url).send(RETRIEVE));
}

test.each([
  [300, StatusError],
  [301, StatusError],
  [400, BadRequestError],
  [401, AuthenticationError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [405, StatusError],
  [408, ConflictError],
  [409, ConflictError],
  [422, BadRequestError],
  [429, RateLimitError],
  [500, ServerError],
  [503, ServerError],
] as const)("%i is an error of its own class, with all that the server said", async (status, kind) => {
  const error = await answered(status, { error: ERROR });
  expect(error.constructor).toBe(kind);
  expect(error).toBeInstanceOf(StatusError);
  expect(error).toMatchObject({
    name: kind.name,
    status,
    said: { type: "some_type", param: "some_param", code: "some_code" },
    operation: "retrieve_user",
    method: "GET",
    path: "/organization/users/u",
    requestId: expect.stringMatching(/^req_[0-9a-f]{32}$/) as string,
  });
  expect(error.message).toMatch(
    new RegExp(
      `^retrieve_user \\(GET /organization/users/u\\) failed with ${status}: Too bad\\b.*\\(request id `,
    ),
  );
});

test.each<[string, unknown, string]>([
  ["text as error", { error: "nope" }, ": nope ("],
  ["HTML", "<html><body>Bad gateway</body></html>", "failed with 400 ("],
  ["nothing", "", "failed with 400 ("],
  ["null", "null", "failed with 400 ("],
  ["error: null", { error: null }, "failed with 400 ("],
  ["error: an array", { error: ["x"] }, "failed with 400 ("],
  ["a message that is no text", { error: { message: { a: 1 } } }, "failed with 400 ("],
  ["an empty message", { error: { message: "" } }, "failed with 400 ("],
])("an error body of %s is shown as far as it says anything", async (_what, body, said) => {
  const error = await answered(400, body);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.message).toContain(said);
  expect(error.message).not.toContain("html");
});

test.each([
  ["a URL that the API does not know", { error: { ...ERROR, code: "unknown_url" } }],
  ["the same, without a type", { error: { ...ERROR, type: null, message: "Invalid URL (GET /v1/x)" } }],
  ["the same, in other words", { error: { ...ERROR, message: "Invalid URL (GET /organization/users/u)" } }],
  ["an error without a message", { error: { ...ERROR, message: undefined } }],
  ["an error without a type", { error: { ...ERROR, type: undefined } }],
  ["text as error", { error: "not found" }],
  ["HTML", "<html><body>Not found</body></html>"],
  ["nothing", ""],
])("a 404 of %s does not say that a user is gone", async (_what, body) => {
  const error = await answered(404, body);
  expect(error).not.toBeInstanceOf(NotFoundError);
  expect(error.message).toContain("is OPENAI_BASE_URL (");
});

test("a 404 with a message says that a user is gone, even if the error's type is null", async () => {
  const error = await answered(404, {
    error: { message: "No such user.", type: null, param: null, code: null },
  });
  expect(error).toBeInstanceOf(NotFoundError);
});

test.each(["list_users", "list_admin_api_keys"] as const)(
  "a 404 of %s does not say that somebody is gone",
  async (operation) => {
    const emulator = await start();
    emulator.inject({ fault: { kind: "status", status: 404, body: { error: ERROR } } });
    const error = await failureOf(transportTo(emulator.url).send({ ...RETRIEVE, operation }));
    expect(error).not.toBeInstanceOf(NotFoundError);
  },
);

const ABOUT_KEY = "Use an admin key with permission to manage the organization's users.";
const MANAGED = "An identity provider manages this person: make the change there.";
const SCOPES = "You have insufficient permissions for this operation. Missing scopes: api.management.write.";

test.each<[string, unknown, boolean, string]>([
  ["the key's scopes", { error: { ...ERROR, message: SCOPES } }, true, ABOUT_KEY],
  ["the key, in a code", { error: { ...ERROR, code: "insufficient_permissions" } }, true, ABOUT_KEY],
  ["the key, in text alone", { error: "Use an admin API key." }, true, ABOUT_KEY],
  ["a scope to manage SCIM", { error: { ...ERROR, message: "Missing scopes: scim.write" } }, true, ABOUT_KEY],
  ["SCIM", { error: { ...ERROR, message: "This user is managed by SCIM." } }, false, MANAGED],
  ["an identity provider", { error: { ...ERROR, code: "managed_by_identity_provider" } }, false, MANAGED],
  [
    "a person, and permissions",
    { error: { ...ERROR, message: "Insufficient permissions: managed by your identity provider." } },
    false,
    MANAGED,
  ],
])("a 403 that names %s comes with the advice for it", async (_what, body, aboutKey, advice) => {
  const error = await answered(403, body);
  expect(error).toMatchObject({ constructor: PermissionDeniedError, aboutKey });
  expect(error.message).toContain(`. ${advice} (request id req_`);
});

test("a 403 with a reason of its own is shown in the server's words alone", async () => {
  const error = await answered(403, { error: { ...ERROR, message: "Country not supported." } });
  expect(error).toMatchObject({ aboutKey: false });
  expect(error.message).toContain("failed with 403: Country not supported (request id");
  // An echo of the key says nothing of it.
  expect(await answered(403, { error: { ...ERROR, message: `Not for ${CANARY}` } })).toMatchObject({
    aboutKey: false,
  });
});

test.each(["<html>Blocked: your api key</html>", "", "null", { message: "Forbidden" }])(
  "a 403 with the body %j is not blamed on the key but on what lies between",
  async (body) => {
    const error = await answered(403, body);
    expect(error).toMatchObject({ aboutKey: false });
    expect(error.message).toMatch(
      /failed with 403\. The answer gives no reason, unlike the API's own: is a proxy or firewall blocking requests to http:\S+\? \(/,
    );
  },
);

test.each([
  [429, {}, { ...ERROR, code: "insufficient_quota" }, false],
  [429, { "x-should-retry": "true" }, { ...ERROR, type: "insufficient_quota" }, false],
  [429, { "x-should-retry": "false" }, ERROR, false],
  [400, { "x-should-retry": "true" }, ERROR, true],
  [503, { "x-should-retry": "maybe" }, ERROR, undefined],
  [500, {}, ERROR, undefined],
] as const)(
  "%i with %j of %j says whether to send it again: %s",
  async (status, headers, error, shouldRetry) => {
    expect(await answered(status, { error }, headers)).toHaveProperty("said.shouldRetry", shouldRetry);
  },
);

const RUN_AGAIN = "This is safe to repeat: run it again.";

test.each([
  [401, "Mind the key."],
  [409, RUN_AGAIN],
  [500, RUN_AGAIN],
])("%i comes with what to do about it, in a sentence of its own", async (status, advice) => {
  for (const end of ["", ".", "...", ". ", " .. "]) {
    const { message } = await answered(status, { error: { ...ERROR, message: `Not v1.0${end}` } });
    expect(message).toContain(`failed with ${status}: Not v1.0. ${advice} (request id req_`);
  }
});

test("the status decides, even if the body cannot be read", async () => {
  const emulator = await start();
  const transport = transportTo(emulator.url);
  for (const gzip of [false, true]) {
    emulator.inject({ fault: { kind: "huge", bytes: 40 * 1024 * 1024, status: 503, gzip } });
    const error = await failureOf(transport.send(RETRIEVE));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status: 503, requestId: expect.stringMatching(/^req_/) as string });
  }
});

test("control sequences and thousands of characters of a message or a request id do not pass", async () => {
  const long = (length: number): string => `\u009b31m${"y".repeat(length)}`;
  const body = { error: { ...ERROR, message: long(10_000) } };
  const error = await answered(400, body, { "x-request-id": long(1000) });
  expect(error.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(error.message).toContain("\uFFFD31myyy");
  expect(error).toMatchObject({ requestId: expect.stringMatching(/^\uFFFD31my{90,}…$/) as string });
  expect(error.message.length).toBeLessThan(500);
});

test("nothing after a message's first 4000 characters is read, and less than that is shown", async () => {
  const message = (end: string): unknown => ({
    error: { ...ERROR, message: `sk-${"x".repeat(3000)}${end}` },
  });
  expect((await answered(400, message(" and so on"))).message).toContain(": [admin key] and so on (");
  const long = await answered(400, message(`${"x".repeat(1000)} and so on`));
  expect(long.message).toContain(": [admin key] (");
});

function inMinutes(minutes: number): string {
  return new Date(Math.ceil(Date.now() / 1000) * 1000 + minutes * 60_000).toUTCString();
}

test.each([
  [{ "retry-after": "7" }, 7000],
  [{ "retry-after": "7", "retry-after-ms": "1250" }, 1250],
  // By a clock 20 minutes ahead of ours.
  [{ date: inMinutes(20), "retry-after": inMinutes(20.5) }, 30_000],
  [{}, undefined],
])("429 and 503 with %j keep how long to wait", async (headers, ms) => {
  for (const status of [429, 503])
    expect(await answered(status, undefined, headers)).toHaveProperty("said.retryAfterMs", ms);
});
