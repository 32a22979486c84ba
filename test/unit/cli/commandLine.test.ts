import fc from "fast-check";

import { errorLine } from "../../../provider/src/cli/terminal";
import { parseCommandLine, UsageError } from "../../../provider/src/cli/commandLine";
import { anyText } from "../../anyText";

// Options that are not given are undefined.
const ADOPT = { kind: "adopt", format: "typescript", shape: "roster", projects: false };
const DRIFT = { kind: "drift", format: "text", who: true };
const LIST = { kind: "list", json: false, view: "people" };

test.each([
  ["--help", { kind: "help", topic: undefined }],
  ["list -h", { kind: "help", topic: "list" }],
  ["drift --stack prod --help", { kind: "help", topic: "drift" }],
  ["help adopt", { kind: "help", topic: "adopt" }],
  ["--version", { kind: "version" }],
  ["doctor", { kind: "doctor" }],
  ["adopt", ADOPT],
  ["adopt --role owner --out x", { ...ADOPT, role: "owner", out: "x" }],
  ["adopt --format=typescript --out=x", { ...ADOPT, out: "x" }],
  ["adopt --projects --format yaml", { ...ADOPT, projects: true, format: "yaml" }],
  ["adopt --resources --role member", { ...ADOPT, shape: "resources", role: "member" }],
  ["drift", DRIFT],
  ["drift --format json --cwd a --stack b", { ...DRIFT, format: "json", cwd: "a", stack: "b" }],
  ["drift -C a -s b --format=markdown", { ...DRIFT, format: "markdown", cwd: "a", stack: "b" }],
  ["drift --no-who", { ...DRIFT, who: false }],
  ["list", LIST],
  ["list --effective --role owner", { ...LIST, view: "effective", role: "owner" }],
  ["list --activity --json", { ...LIST, view: "activity", json: true }],
  ["list --role reader --email a@b.c --email d@e.f", { ...LIST, role: "reader", emails: ["a@b.c", "d@e.f"] }],
])("%s", (line, command) => {
  expect(parseCommandLine(line.split(" "))).toEqual(command);
});

test.each<[string[], string | RegExp]>([
  [[], "There is no command. --help lists the commands."],
  [["lsit"], 'There is no command "lsit". Did you mean list? --help lists the commands.'],
  [["remove"], 'There is no command "remove". --help lists the commands.'],
  [["--json"], 'There is no option "--json" before a command. --help lists the options.'],
  [["drift", "--format", "xml"], '--format must be one of text, markdown, json, not "xml".'],
  [["list", "--jsno"], "Unknown option '--jsno'. Did you mean --json? --help lists the options."],
  [["doctor", "--json"], "Unknown option '--json'. --help lists the options."],
  [["list", "owners"], "Unexpected argument 'owners'. --help lists the options."],
  [["list", "--role", "admin"], '--role must be one of owner, member, reader, not "admin".'],
  [["list", "--activity", "--effective"], "--effective and --activity are two lists: leave out one."],
  [
    ["list", "--projects", "--role", "owner"],
    "--projects lists roles in projects: leave out --role, which is one in the organization.",
  ],
  [["list", "--email", ""], "--email must not be empty."],
  [["adopt", "--format", "json"], '--format must be one of typescript, yaml, not "json".'],
  [
    ["adopt", "--role", "reader"],
    "--role reader needs --resources: a roster without the owners would fail for each of them.",
  ],
  [["adopt", "--out", ""], "--out must be the path of a folder."],
  [["adopt", "--out"], /^[^.\n]*--out[^.\n]*\. --help lists the options\.$/],
])("%j is refused", (args, message) => {
  // Not by an error to compare with: Jest would compare the causes too.
  expect(() => parseCommandLine(args)).toThrow(UsageError);
  expect(() => parseCommandLine(args)).toThrow(message);
});

test("any arguments are a command or refused in one printable line", () => {
  const words = "list adopt drift --role --format --email --json --out --resources owner --".split(" ");
  const word = fc.oneof(
    fc.constantFrom(...words),
    anyText(),
    fc.string().map((text) => `--${text}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (args) => {
      try {
        expect(parseCommandLine(args)).toHaveProperty("kind");
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect(errorLine(error, {})).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }),
    { numRuns: 300 },
  );
});
