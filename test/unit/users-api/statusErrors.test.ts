import { AdminKey } from "../../../provider/src/users-api/adminKey";
import {
  AuthenticationError,
  BadRequestError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  StatusError,
  type Operation,
} from "../../../provider/src/users-api/errors";
import { statusError } from "../../../provider/src/users-api/http/statusErrors";
import { CANARY } from "../../api/clientSupport";

const CONTEXT = { method: "GET", path: "/organization/users/u", requestId: "req_1" } as const;
const ASKED = { adminKey: new AdminKey(CANARY), baseUrl: "http://api.test/v1", keyAdvice: "Mind the key." };
const ERROR = { message: "Too bad.", type: "some_type", param: "some_param", code: "some_code" };

interface More {
  readonly headers?: Readonly<Record<string, string>>;
  readonly operation?: Operation;
}

/** The error for an answer. A body that is no text is sent as JSON. */
function errorOf(
  status: number,
  body: unknown = "",
  { headers = {}, operation = "retrieve_user" }: More = {},
): StatusError {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const header = (name: string): string | undefined => headers[name];
  return statusError({ ...CONTEXT, operation }, { status, header, text }, ASKED);
}

/** An error's body that differs from {@link ERROR}. */
const saying = (more: object): unknown => ({ error: { ...ERROR, ...more } });

const RUN_AGAIN = ". This is safe to repeat: run it again.";
const REDIRECT = ". Redirects are not followed: is OPENAI_BASE_URL (http://api.test/v1) correct?";

test.each([
  [300, StatusError, REDIRECT],
  [399, StatusError, REDIRECT],
  [400, BadRequestError, ""],
  [401, AuthenticationError, ". Mind the key."],
  [403, PermissionDeniedError, ""],
  [404, NotFoundError, ""],
  [405, StatusError, ""],
  [408, ConflictError, RUN_AGAIN],
  [409, ConflictError, RUN_AGAIN],
  [422, BadRequestError, ""],
  [429, RateLimitError, ""],
  [500, ServerError, RUN_AGAIN],
  [503, ServerError, RUN_AGAIN],
])("%i is a %p, with all that the server said, and the advice '%s'", (status, kind, advice) => {
  const error = errorOf(status, { error: ERROR });
  expect(error).toBeInstanceOf(StatusError);
  expect(error).toMatchObject({
    ...CONTEXT,
    constructor: kind,
    name: kind.name,
    status,
    said: ERROR,
    operation: "retrieve_user",
    message: `retrieve_user (GET /organization/users/u) failed with ${status}: Too bad${advice} (request id req_1)`,
  });
});

test.each(["", ".", "...", ". ", " .. "])("a message that ends in '%s' is followed by the advice", (end) => {
  expect(errorOf(500, saying({ message: `Not v1.0${end}` })).message).toContain(`: Not v1.0${RUN_AGAIN} (`);
});

test.each<[string, unknown, string]>([
  ["text as error", { error: "nope" }, "failed with 400: nope ("],
  ["HTML", "<html><body>Bad gateway</body></html>", "failed with 400 ("],
  ["nothing", "", "failed with 400 ("],
  ["null", "null", "failed with 400 ("],
  ["error: null", { error: null }, "failed with 400 ("],
  ["error: an array", { error: ["x"] }, "failed with 400 ("],
  ["a message that is no text", { error: { message: { a: 1 } } }, "failed with 400 ("],
  ["an empty message", { error: { message: "" } }, "failed with 400 ("],
  ["a terminal's commands", { error: "\u009b31mNo." }, "failed with 400: \uFFFD31mNo ("],
  // Nothing is read after the first 4000 characters, and less is shown.
  ["much text", { error: `sk-${"x".repeat(3000)} and so on` }, "failed with 400: [admin key] and so on ("],
  ["too much text", { error: `sk-${"x".repeat(4000)} and so on` }, "failed with 400: [admin key] ("],
])("an error body of %s is shown as far as it says anything", (_what, body, said) => {
  const error = errorOf(400, body);
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.message).toContain(said);
});

test.each([
  ["a URL that the API does not know", saying({ code: "unknown_url" })],
  ["the same, without a type", saying({ type: null, message: "Invalid URL (GET /v1/x)" })],
  ["the same, in other words", saying({ message: "Invalid URL (GET /organization/users/u)" })],
  ["an error without a message", saying({ message: undefined })],
  ["an error without a type", saying({ type: undefined })],
  ["text as error", { error: "not found" }],
  ["HTML", "<html><body>Not found</body></html>"],
  ["nothing", ""],
])("a 404 of %s does not say that a user is gone", (_what, body) => {
  const error = errorOf(404, body);
  expect(error).not.toBeInstanceOf(NotFoundError);
  expect(error.message).toContain("There is no such API endpoint: is OPENAI_BASE_URL (http://api.test/v1) ");
});

test("a 404 with a message says that a user is gone, even if the error's type is null", () => {
  const body = { error: { message: "No such user.", type: null, param: null, code: null } };
  expect(errorOf(404, body)).toBeInstanceOf(NotFoundError);
});

test.each<[Operation, string]>([
  ["list_users", "is OPENAI_BASE_URL ("],
  ["list_invites", "is OPENAI_BASE_URL ("],
  ["create_invite", "is OPENAI_BASE_URL ("],
  ["list_admin_api_keys", "is OPENAI_BASE_URL ("],
  ["list_projects", "is OPENAI_BASE_URL ("],
  ["list_groups", "OpenAI has groups and roles on some plans only."],
  ["list_audit_logs", "An owner can switch the audit log on in the organization's settings."],
])("a 404 of %s is about nobody: %s", (operation, said) => {
  const error = errorOf(404, { error: ERROR }, { operation });
  expect(error).not.toBeInstanceOf(NotFoundError);
  expect(error.message).toContain(said);
});

test.each<Operation>(["list_group_roles", "list_group_users", "list_user_roles"])(
  "a 404 of %s without a reason is a matter of the plan",
  (operation) => {
    expect(errorOf(404, "", { operation }).message).toContain(" on some plans only.");
  },
);

const ABOUT_KEY = ". Use an admin key with permission to manage the organization's users. (";
const MANAGED = ". An identity provider manages this person: make the change there. (";
const STOPPED =
  "403. The answer gives no reason, unlike the API's own: is a proxy or firewall blocking requests to http://api.test/v1? (";
const SCOPES = "You have insufficient permissions for this operation. Missing scopes: api.management.write.";

test.each<[string, unknown, boolean, string]>([
  ["the key's scopes", saying({ message: SCOPES }), true, ABOUT_KEY],
  ["the key, in a code", saying({ code: "insufficient_permissions" }), true, ABOUT_KEY],
  ["the key, in text alone", { error: "Use an admin API key." }, true, ABOUT_KEY],
  ["a scope to manage SCIM", saying({ message: "Missing scopes: scim.write" }), true, ABOUT_KEY],
  ["SCIM", saying({ message: "This user is managed by SCIM." }), false, MANAGED],
  ["an identity provider", saying({ code: "managed_by_identity_provider" }), false, MANAGED],
  [
    "a person, and permissions",
    saying({ message: "Insufficient permissions: managed by your identity provider." }),
    false,
    MANAGED,
  ],
  ["a reason of its own", saying({ message: "Unsupported country." }), false, "403: Unsupported country ("],
  [
    "the key itself, which says nothing of it",
    saying({ message: `Not for ${CANARY}` }),
    false,
    "[admin key] (",
  ],
  ["no reason, in HTML", "<html>Blocked: your api key</html>", false, STOPPED],
  ["no reason, in nothing", "", false, STOPPED],
  ["no reason, in null", "null", false, STOPPED],
  ["no reason, in JSON of its own", { message: "Forbidden" }, false, STOPPED],
])("a 403 that names %s comes with the advice for it", (_what, body, aboutKey, advice) => {
  const error = errorOf(403, body);
  expect(error).toMatchObject({ constructor: PermissionDeniedError, aboutKey });
  expect(error.message).toContain(advice);
});

test("a 403 about the key asks for no more than is needed", () => {
  const body = saying({ message: SCOPES });
  for (const [operation, permission] of [
    ["list_groups", "read the organization's groups"],
    ["list_audit_logs", "read the organization's audit log"],
    ["list_projects", "manage the organization's projects"],
  ] as const)
    expect(errorOf(403, body, { operation }).message).toContain(
      `admin key with permission to ${permission}.`,
    );
});

test.each([
  [429, {}, { code: "insufficient_quota" }, false],
  [429, { "x-should-retry": "true" }, { type: "insufficient_quota" }, false],
  [429, { "x-should-retry": "false" }, {}, false],
  [400, { "x-should-retry": "true" }, {}, true],
  [503, { "x-should-retry": "maybe" }, {}, undefined],
  [500, {}, {}, undefined],
])("%i with %j of %j says whether to send it again: %s", (status, headers, more, shouldRetry) => {
  expect(errorOf(status, saying(more), { headers })).toHaveProperty("said.shouldRetry", shouldRetry);
});

const inMinutes = (minutes: number): string => {
  return new Date(Math.ceil(Date.now() / 1000) * 1000 + minutes * 60_000).toUTCString();
};

test.each([
  [{ "retry-after": "7" }, 7000],
  [{ "retry-after": "7", "retry-after-ms": "1250" }, 1250],
  // By a clock 20 minutes ahead of ours.
  [{ date: inMinutes(20), "retry-after": inMinutes(20.5) }, 30_000],
  [{}, undefined],
])("429 and 503 with %j keep how long to wait", (headers, ms) => {
  for (const status of [429, 503])
    expect(errorOf(status, "", { headers })).toHaveProperty("said.retryAfterMs", ms);
});
