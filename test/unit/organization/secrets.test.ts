import { check } from "../../../provider/src/organization/check";
import type { RawInputs } from "../../../provider/src/organization/inputs";
import { organizationRoster } from "../../../provider/src/organization/roster/roster";
import { organizationUserRole } from "../../../provider/src/organization/role/role";
import { Secrets } from "../../../provider/src/organization/secrets";
import { shown } from "../../../provider/src/text";
import { endAll, open } from "./support";

afterEach(endAll);

function secrets(...values: readonly unknown[]): Secrets {
  const all = new Secrets();
  all.add(...values);
  return all;
}

const LONG = `${"canary".repeat(40)}@example.com`;

test.each([
  ["an email, in any case", "Bob@example.com", "of BOB@EXAMPLE.COM now", "of [secret] now"],
  ["an id", "user-bob", '("user-bob")', '("[secret]")'],
  ["a short text", "ow", 'follow: not "ow"', 'follow: not "[secret]"'],
  ["a text with control characters", "bob\u0007smith", `not ${shown("bob\u0007smith")}`, 'not "[secret]"'],
  ["an email that is cut", LONG, `not ${shown(LONG)}.`, 'not "[secret]…".'],
  ["an email that a server's message ends in", "bob@example.com", "no bob@exa… (1)", "no [secret]… (1)"],
  ["nothing else that was cut", "bob@example.com", "no such thing as bo…", "no such thing as bo…"],
])("%s is hidden", (_what, secret, text, hidden) => {
  expect(secrets(secret).hide(text)).toBe(hidden);
});

test("a list and a map are hidden by what is in them, but for the words that messages have", () => {
  const all = secrets(["anne@example.com"], { "bob@example.com": "owner", "user-c": "ownr" });
  expect(all.hide('anne@example.com, bob@example.com, user-c: "owner", "ownr"')).toBe(
    '[secret], [secret], [secret]: "owner", "[secret]"',
  );
  expect(["BOB@example.com", "user-c", "dan@example.com"].map((name) => all.has(name))).toEqual([
    true,
    true,
    false,
  ]);
});

const OF_ROLES = [
  ["a wrong-shaped email", { email: "canary", role: "owner" }, ["email"]],
  ["a long one", { email: `${LONG} x`, role: "owner" }, ["email"]],
  ["a misspelt role", { userId: "user-1", role: "canary" }, ["role"]],
  ["another property", { userId: "user-1", role: "owner", onDelete: "canary" }, ["onDelete"]],
  ["somebody who is not there", { email: "canary@example.com", role: "owner" }, ["email"]],
] as const satisfies readonly (readonly [string, RawInputs, readonly string[]])[];

test.each<readonly [string, RawInputs, readonly string[]]>(OF_ROLES)(
  "no problem of a role shows a secret: %s",
  async (_what, news, secret) => {
    const { session } = await open();
    const { problems } = await check(session, organizationUserRole, { secrets: secret }, {}, news);
    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain("canary");
    for (const { property } of problems) expect(secret).not.toContain(property);
  },
);

const OF_ROSTERS = [
  ["a misspelt role", { members: { "canary@example.com": "canaryrole" } }],
  ["a whole list", { members: ["canary@example.com", "canary2@example.com"] }],
  ["one person twice", { members: { "canary@example.com": "owner", "CANARY@example.com": "owner" } }],
  ["people who are not there", { members: { "user-canary": "owner", "canary@example.com": "owner" } }],
] as const;

test.each(OF_ROSTERS)("no problem of a roster shows a secret: %s", async (_what, news) => {
  const { session, said } = await open();
  const { problems } = await check(session, organizationRoster, { secrets: ["members"] }, {}, news);
  expect(problems.length).toBeGreaterThan(0);
  expect([JSON.stringify(problems), ...said].join()).not.toMatch(/canary/i);
});
