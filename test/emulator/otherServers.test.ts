import OpenAI from "openai";
import type { EmailsFilter } from "../../emulator/src";
import { call, modify, official, start } from "./support";

test.each([
  [["owner", "member"], "reader"],
  [["owner", "reader"], "member"],
] as const)("a server that takes only %j refuses %s", async (roleWords, refused) => {
  const emulator = await start({ users: [{ id: "a", role: "owner" }], roleWords });
  expect(await modify(emulator, "a", JSON.stringify({ role: refused }))).toMatchObject({
    status: 400,
    body: {
      error: {
        message: `Invalid value: '${refused}'. Supported values are: 'owner' and '${roleWords[1]}'.`,
        type: "invalid_request_error",
        param: "role",
        code: "invalid_value",
      },
    },
  });
  expect(emulator.users.get("a")?.role).toBe("owner");
  const taken = await official(emulator).update("a", { role: roleWords[1] });
  expect(taken.role).toBe(roleWords[1]);
});

describe("emails[]", () => {
  const users = [
    { id: "a", email: "Bob.Smith@example.com", aliases: ["bob@example.com"] },
    { id: "b", email: "bob@example.com" },
    { id: "c", email: null },
  ];

  test.each<[EmailsFilter, string, string[]]>([
    [true, "bob.smith@EXAMPLE.com", ["a"]],
    [true, "bob@example.com", ["b"]],
    ["exact", "bob.smith@example.com", []],
    ["exact", "Bob.Smith@example.com", ["a"]],
    ["aliases", "BOB@example.com", ["a", "b"]],
    [false, "nobody@example.com", ["a", "b", "c"]],
  ])("filtered by %j, %s finds %j", async (emailsFilter, email, ids) => {
    const emulator = await start({ users, emailsFilter });
    const { data } = await official(emulator).list({ emails: [email] });
    expect(data.map(({ id }) => id)).toEqual(ids);
  });

  test("can be refused", async () => {
    const emulator = await start({ users, emailsFilter: "refuse" });
    const refused = official(emulator).list({ emails: ["bob@example.com"] });
    await expect(refused).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(refused).rejects.toMatchObject({ param: "emails[]" });
    expect((await official(emulator).list()).data).toHaveLength(3);
  });
});

test.each([
  ["bad_request", 400, { error: { param: "after" } }],
  ["not_found", 404, { error: { param: "after" } }],
  ["empty_page", 200, { data: [], first_id: null, last_id: null, has_more: true }],
] as const)(
  "the person at the cursor has left between two pages: %s",
  async (unknownCursor, status, body) => {
    const emulator = await start({ users: 3, unknownCursor });
    const first = await call(emulator, "GET", "/organization/users?limit=2");
    const { last_id } = first.body as { last_id: string };
    emulator.users.remove(last_id);
    const path = `/organization/users?limit=2&after=${last_id}`;
    expect(await call(emulator, "GET", path)).toMatchObject({ status, body });
  },
);

test("names the organization in every answer to a request with the key", async () => {
  const emulator = await start({ users: 1, organization: "org-acme" });
  const named = async (path: string, init?: RequestInit): Promise<string | null> =>
    (await call(emulator, "GET", path, init)).headers.get("openai-organization");
  expect(await named("/organization/users")).toBe("org-acme");
  expect(await named("/organization/users/user-9")).toBe("org-acme");
  emulator.inject({ fault: { kind: "alter", alter: (body) => body } });
  expect(await named("/organization/users")).toBe("org-acme");
  emulator.inject({ fault: { kind: "status", status: 502 } });
  expect(await named("/organization/users")).toBeNull();
  expect(await named("/organization/users", { headers: { authorization: "Bearer sk-x" } })).toBeNull();
});
