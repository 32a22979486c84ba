import { table } from "../../../provider/src/cli/table";

test("columns are aligned, whatever people call themselves", () => {
  const lines = table([
    { userId: "user-1", email: "a@example.com", name: "李雷", role: "owner", addedAt: 1_704_067_200 },
    { userId: "user-2", email: "bcd@example.com", name: "Jose\u0301 😀", role: "member" },
    { userId: "user-3" },
  ]).split("\n");
  expect(lines).toEqual([
    "EMAIL            ROLE    USER ID  ADDED       NAME",
    "a@example.com    owner   user-1   2024-01-01  李雷",
    "bcd@example.com  member  user-2   -           Jose\u0301 😀",
    "-                -       user-3   -           -",
    "",
  ]);
});

test("service accounts, people who cannot log in, and those managed by an identity provider are marked", () => {
  const lines = table([
    { userId: "user-1", role: "owner", isServiceAccount: true, isScimManaged: true },
    { userId: "user-2", role: "member", isScimManaged: true },
    { userId: "user-3", role: "member", isServiceAccount: false },
    { userId: "user-4", role: "owner", isDisabled: true, isScimManaged: true },
  ]).split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "EMAIL  ROLE    USER ID  ADDED  NOTE                             NAME",
    "-      owner   user-1   -      service account                  -",
    "-      member  user-2   -      managed by an identity provider  -",
    "-      member  user-3   -      -                                -",
    "-      owner   user-4   -      cannot log in                    -",
  ]);
});

test("no line is a command for a CI system", () => {
  const text = table([
    { userId: "user-1", email: "::error::fake@example.com", name: "##[add-mask]a" },
    { userId: "user-2", email: " ::warning::a@example.com", name: "##vso[task.complete]" },
  ]);
  expect(text).not.toMatch(/^\s*::|##(vso)?\[/m);
});

test("no name reaches the terminal as it is, or takes the whole line", () => {
  const text = table([{ userId: "user-\u202E1", name: "\u001b[31mred\r\n".repeat(30), addedAt: 1e300 }]);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(100);
});
