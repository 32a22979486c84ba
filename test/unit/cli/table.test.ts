import { table } from "../../../provider/src/cli/table";

test("columns are aligned, whatever people call themselves, and tell what is special about somebody", () => {
  const lines = table([
    { userId: "user-1", email: "a@example.com", name: "李雷", role: "owner", addedAt: 1_704_067_200 },
    {
      userId: "user-2",
      email: "bcd@example.com",
      name: "Jose\u0301 😀",
      role: "member",
      isScimManaged: true,
    },
    { userId: "user-3", role: "owner", isServiceAccount: true, isScimManaged: true },
    { userId: "user-4", role: "owner", isDisabled: true, isScimManaged: true },
    { userId: "user-5", isServiceAccount: false },
  ]).split("\n");
  expect(lines).toEqual([
    "EMAIL            ROLE    USER ID  ADDED       NOTE                             NAME",
    "a@example.com    owner   user-1   2024-01-01  -                                李雷",
    "bcd@example.com  member  user-2   -           managed by an identity provider  Jose\u0301 😀",
    "-                owner   user-3   -           service account                  -",
    "-                owner   user-4   -           cannot log in                    -",
    "-                -       user-5   -           -                                -",
    "",
  ]);
  expect(table([{ userId: "user-5" }])).toMatch(/^EMAIL +ROLE +USER ID +ADDED +NAME\n/);
});

test("no name reaches the terminal as it is, takes the whole line, or is a command for a CI system", () => {
  const text = table([
    { userId: "user-\u202E1", name: "\u001b[31mred\r\n".repeat(30), addedAt: 1e300 },
    { userId: "user-2", email: "::error::fake@example.com", name: "##[add-mask]a" },
    { userId: "user-3", email: " ::warning::a@example.com", name: "##vso[task.complete]" },
  ]);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(100);
  expect(text).not.toMatch(/^\s*::|##(vso)?\[/m);
});
