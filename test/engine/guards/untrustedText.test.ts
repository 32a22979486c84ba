import { startEngine, type Engine, type Outcome } from "../engine";

/** What must not reach a terminal raw. */
const HOSTILE = {
  "an escape sequence": "\u001b[31mred\u001b]0;title\u0007",
  "a C1 control": "\u009b31mred",
  "a carriage return": "real\rfake",
  "a line": "real\n::error::fake",
  "a backspace": "real\b\b\b\bfake",
  "a bidi override": "\u202egnp.exe\u2066",
  "an invisible character": "a\u200bb\ufeffc\u00ad",
  "a line separator": "a\u2028b\u2029c",
  "a long text": "x".repeat(10_000),
} as const;

// eslint-disable-next-line no-control-regex -- these are what it is about
const RAW = /[\u001b\u009b\r\b\u0007\u202e\u2066\u200b\ufeff\u00ad\u2028\u2029]|^::error::|x{1000}/mu;

const HOSTILES = Object.values(HOSTILE).join(" ");

const people = Object.values(HOSTILE).map((text, n) => ({
  id: `user-h${n}`,
  name: `name ${text}`,
  email: `h${n}${text}@example.com`,
  role: "member" as const,
}));

const roles = Object.fromEntries(
  people.map(({ id }) => [id.replace("user-", ""), { userId: id, role: "owner" }]),
);

/** Runs a command with its output as it comes, escape sequences and all. */
async function raw(engine: Engine, args: readonly string[]): Promise<Outcome & { raw: string }> {
  let text = "";
  const outcome = await engine.tries(args, { onOutput: (more) => (text += more) });
  return { ...outcome, raw: text };
}

test("people's names and emails reach neither the terminal, the state nor the program as they are, and nor do texts of a server or of a program that is wrong", async () => {
  const engine = await startEngine({
    users: [{ id: "user-boss", role: "owner" }, ...people],
    program: `
      for (const [name, args] of Object.entries(${JSON.stringify(roles)})) new openai.OrganizationUserRole(name, args);
      exports.one = openai.getOrganizationUserOutput({ userId: "user-h0" }).name;
      exports.all = openai.getOrganizationUsersOutput().users.apply((users) => {
        for (const { name, email } of users) pulumi.log.info(name + " " + email);
        return users;
      });
    `,
    env: { OPENAI_MAX_REMOVALS: "1" },
  });
  const first = await raw(engine, ["up", "--yes"]);
  expect(first.code).toBe(0);
  expect(first.output).toContain("real");
  expect(first.raw).not.toMatch(RAW);
  const resources = await engine.resources();
  expect(JSON.stringify(resources).length).toBeLessThan(people.length * 3000);
  // JSON escapes these, so they are looked for in what it means.
  for (const { outputs } of Object.values(await engine.state())) {
    for (const value of Object.values(outputs).filter((value) => typeof value === "string")) {
      if (!value.startsWith("exports.handler")) expect(value).not.toMatch(RAW);
    }
  }

  // Other names and roles, so that there is something to show.
  for (const { id, name } of people)
    engine.organization.users.change(id, { name: `${name} 2`, role: "member" });
  await engine.declare({});
  const removal = await raw(engine, ["up", "--yes", "--diff", "--refresh"]);
  expect(removal.code).not.toBe(0);
  expect(removal.output).toContain("Too many people would be removed or demoted");
  expect(removal.raw).not.toMatch(RAW);

  const wrong = { userId: `user-${HOSTILES}`, role: HOSTILES, onDelete: HOSTILES, [HOSTILES]: true };
  const body = { error: { message: `no ${HOSTILES}`, code: HOSTILES } };
  for (const [bob, ...said] of [
    [wrong, "A user id", "A role must be", "onDelete must be", "There is no property"],
    [{ userId: "user-bob", role: "owner" }, "failed with 400"],
  ] as const) {
    engine.organization.inject({ times: Infinity, fault: { kind: "status", status: 400, body } });
    await engine.declare({ bob });
    const refused = await raw(engine, ["preview"]);
    expect(refused.code).not.toBe(0);
    for (const text of said) expect(refused.raw).toContain(text);
    expect(refused.raw).not.toMatch(RAW);
  }
});
