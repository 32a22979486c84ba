import { table } from "../../../provider/src/cli/table";

test("columns begin at the same place, also after East Asian letters, emoji and marks", () => {
  const lines = table([
    { userId: "user-1", email: "a@example.com", name: "李雷", role: "owner", addedAt: 1_704_067_200 },
    { userId: "user-2", email: "bcd@example.com", name: "Jose\u0301 😀", role: "member" },
    { userId: "user-3" },
  ]).split("\n");
  expect(lines).toEqual([
    "EMAIL            NAME     ROLE    USER ID  ADDED",
    "a@example.com    李雷     owner   user-1   2024-01-01",
    "bcd@example.com  Jose\u0301 😀  member  user-2   -",
    "-                -        -       user-3   -",
    "",
  ]);
});

test("nothing reaches the terminal raw, and no name takes the whole line", () => {
  const text = table([{ userId: "user-\u202E1", name: "\u001b[31mred\r\n".repeat(30), addedAt: 1e300 }]);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(100);
});
