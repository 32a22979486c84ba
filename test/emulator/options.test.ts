import { EXAMPLE_PEOPLE } from "../../emulator/src/people";
import { parseOptions, USAGE } from "../../emulator/src/options";

describe("the emulator's command line", () => {
  test("starts on any port with a few people unless told otherwise", () => {
    expect(parseOptions([])).toEqual({
      kind: "start",
      options: { port: 0, users: EXAMPLE_PEOPLE, emailsFilter: true, memberRole: "member" },
    });
  });

  test("passes on the options", () => {
    const args = "--port 8080 --users 250 --key sk-x --member-role reader --no-emails-filter".split(" ");
    expect(parseOptions(args)).toEqual({
      kind: "start",
      options: { port: 8080, users: 250, adminKey: "sk-x", emailsFilter: false, memberRole: "reader" },
    });
  });

  test("--help names every option", () => {
    expect(parseOptions(["--help"])).toEqual({ kind: "help" });
    for (const name of ["--port", "--users", "--key", "--member-role", "--no-emails-filter", "--help"]) {
      expect(USAGE).toContain(name);
    }
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
  ])("refuses %s, naming what is wrong", (line, named) => {
    expect(parseOptions(line.split(" "))).toEqual({
      kind: "invalid",
      message: expect.stringContaining(named) as string,
    });
  });
});
