import { startEngine, type Engine, type Outcome } from "../engine";

/** What must not reach a terminal raw; no program below has any of it. */
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

test("people's names and emails reach neither the terminal nor the state as they are", async () => {
  const engine = await startEngine({
    users: [{ id: "user-boss", role: "owner" }, ...people],
    roles,
    env: { OPENAI_MAX_REMOVALS: "1" },
  });
  const first = await raw(engine, ["up", "--yes"]);
  expect(first.code).toBe(0);
  expect(first.raw).not.toMatch(RAW);
  const resources = await engine.resources();
  expect(JSON.stringify(resources).length).toBeLessThan(people.length * 3000);
  // JSON escapes these, so they are looked for in what it means.
  for (const { outputs } of Object.values(await engine.state())) {
    for (const value of Object.values(outputs).filter((value) => typeof value === "string")) {
      if (!value.startsWith("exports.handler")) expect(value).not.toMatch(RAW);
    }
  }

  // Other names and roles, so that a preview has something to show.
  for (const { id, name } of people)
    engine.organization.users.change(id, { name: `${name} 2`, role: "member" });
  for (const args of [
    ["preview", "--json"],
    ["refresh", "--yes", "--diff"],
  ]) {
    const shown = await raw(engine, args);
    expect(shown.code).toBe(0);
    expect(shown.raw).not.toMatch(RAW);
  }

  await engine.program(`
    exports.all = openai.getOrganizationUsersOutput().users;
    exports.one = openai.getOrganizationUserOutput({ userId: "user-h0" }).name;
  `);
  const removal = await raw(engine, ["up", "--yes", "--diff"]);
  expect(removal.code).not.toBe(0);
  expect(removal.output).toContain("Too many people would be removed or demoted");
  expect(removal.raw).not.toMatch(RAW);
});

test("the answers of a data source, and texts from a program or a server, are safe to print", async () => {
  const engine = await startEngine({
    users: people,
    ownProcess: true,
    program: `
      exports.names = openai.getOrganizationUsersOutput().users.apply((users) => {
        for (const { name, email } of users) console.log(name, email);
        return users.map(({ name }) => name);
      });
    `,
  });
  const up = await raw(engine, ["up", "--yes"]);
  expect(up.code).toBe(0);
  expect(up.output).toContain("real");
  expect(up.raw).not.toMatch(RAW);

  const text = Object.values(HOSTILE).join(" ");
  await engine.declare({ bob: { userId: `user-${text}`, role: text, onDelete: text, [text]: true } });
  const wrong = await raw(engine, ["preview"]);
  expect(wrong.code).not.toBe(0);
  for (const said of ["A user id", "A role must be", "onDelete must be", "There is no property"])
    expect(wrong.raw).toContain(said);
  expect(wrong.raw).not.toMatch(RAW);

  await engine.declare({ bob: { userId: "user-bob", role: "owner" } });
  const body = { error: { message: `no ${text}`, code: text } };
  engine.organization.inject({ times: Infinity, fault: { kind: "status", status: 400, body } });
  const refused = await raw(engine, ["preview"]);
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("failed with 400");
  expect(refused.raw).not.toMatch(RAW);
});
