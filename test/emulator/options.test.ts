import { EXAMPLE_PEOPLE } from "../../emulator/src/people";
import { parseOptions, USAGE } from "../../emulator/src/options";

const DEFAULTS = { port: 0, users: EXAMPLE_PEOPLE, emailsFilter: true, memberRole: "member" };

test.each([
  ["", DEFAULTS],
  ["--port 8080 --users 250 --key sk-x", { ...DEFAULTS, port: 8080, users: 250, adminKey: "sk-x" }],
  ["--member-role reader --no-emails-filter", { ...DEFAULTS, memberRole: "reader", emailsFilter: false }],
])("'%s' starts the emulator with %j", (line, options) => {
  expect(parseOptions(line.split(" ").filter(Boolean))).toEqual({ kind: "start", options });
});

test("--help names every option", () => {
  expect(parseOptions(["--help"])).toEqual({ kind: "help" });
  for (const name of ["--port", "--users", "--key", "--member-role", "--no-emails-filter", "--help"])
    expect(USAGE).toContain(name);
});

test.each([
  ["--port 70000", "--port"],
  ["--port x", "--port"],
  ["--users -1", "--users"],
  ["--users=1.5", "--users"],
  ["--member-role owner", "--member-role"],
  ["--key a;b", "--key"],
  ["--key", "--key"],
  ["--verbose", "--verbose"],
  ["stray", "stray"],
])("'%s' is refused, naming what is wrong", (line, named) => {
  const message = expect.stringContaining(named) as string;
  expect(parseOptions(line.split(" "))).toEqual({ kind: "invalid", message });
});
