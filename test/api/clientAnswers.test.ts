import { InvalidResponseError } from "../../provider/src/users-api/errors";
import { clientTo, closeAll, failureOf, start } from "./clientSupport";

afterEach(closeAll);

const USER = { object: "organization.user", id: "user-000001", role: "owner", added_at: 1 };
const HTML = "<!doctype html><title>Sign in</title>";

/** What the client says of an answer's body, and how often it asked. */
async function told(body: string, contentType?: string): Promise<{ error: Error; requests: number }> {
  const emulator = await start({ users: 1 });
  const fault = { kind: "body", body, ...(contentType !== undefined && { contentType }) } as const;
  emulator.inject({ times: Infinity, fault });
  const error = await failureOf(clientTo(emulator.url).client.retrieveUser("user-000001"));
  return { error, requests: emulator.requests.log().length };
}

test.each([
  [
    "HTML",
    HTML,
    "text/html",
    "200 with a body that is not JSON (content-type text/html). Is OPENAI_BASE_URL correct?",
  ],
  ["nothing", "", undefined, "200 with an empty body. Is OPENAI_BASE_URL correct?"],
  [
    "half of its JSON",
    '{"id":',
    undefined,
    "200 with a body that is not JSON (content-type application/json",
  ],
  ["null", "null", undefined, "the answer: expected Object"],
  ["an object as email", JSON.stringify({ ...USER, email: {} }), undefined, "email: expected"],
  ["another user", JSON.stringify({ ...USER, id: "user-2" }), undefined, "returned a different user"],
])(
  "an answer of %s is one error that says so, and the request is not repeated",
  async (_what, body, type, said) => {
    const { error, requests } = await told(body, type);
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error.message).toContain(said);
    expect(error.message).toMatch(
      /^retrieve_user \(GET \/organization\/users\/user-000001\) (failed with|returned) /,
    );
    expect(error.message).toMatch(/ \(request id req_[0-9a-f]+\)$/);
    expect(error.message).not.toContain("\n");
    expect(error).toMatchObject({
      name: "InvalidResponseError",
      operation: "retrieve_user",
      method: "GET",
      path: "/organization/users/user-000001",
      requestId: expect.stringMatching(/^req_/) as string,
    });
    expect(requests).toBe(1);
  },
);

test("modify_user fails if the answer has another role or another user", async () => {
  const emulator = await start({ users: 2 });
  const { client } = clientTo(emulator.url);
  for (const [body, said] of [
    [{ ...USER, role: "reader" }, 'returned the role "member" instead of "owner"'],
    [{ ...USER, id: "user-000002" }, "returned a different user"],
  ] as const) {
    emulator.inject({ fault: { kind: "body", body: JSON.stringify(body) } });
    const error = await failureOf(client.modifyUser("user-000001", "owner"));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error.message).toContain(said);
  }
});

test.each([null, undefined])("modify_user has succeeded if the answer's role is %s", async (role) => {
  const emulator = await start({ users: 1 });
  emulator.inject({ fault: { kind: "body", body: JSON.stringify({ ...USER, role }) } });
  const user = await clientTo(emulator.url).client.modifyUser("user-000001", "owner");
  expect(user).toEqual({ userId: "user-000001", addedAt: 1 });
});

test.each([
  ["deleted: false", { id: "user-000001", deleted: false }],
  ["no word of it", { id: "user-000001" }],
  ["another user", { id: "user-000002", deleted: true }],
  ["the user", USER],
])("delete_user fails if the answer is %s", async (_what, body) => {
  const emulator = await start({ users: 1 });
  emulator.inject({ fault: { kind: "body", body: JSON.stringify(body) } });
  const error = await failureOf(clientTo(emulator.url).client.deleteUser("user-000001"));
  expect(error).toBeInstanceOf(InvalidResponseError);
  expect(error.message).toMatch(
    /^delete_user \(DELETE \/organization\/users\/user-000001\) (failed with|returned) /,
  );
});
