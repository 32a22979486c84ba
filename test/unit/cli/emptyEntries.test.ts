import { adoption } from "../../../provider/src/cli/adopt/adoption";
import { yamlProgram } from "../../../provider/src/cli/adopt/yamlProgram";
import { emptyEntries } from "../../../provider/src/cli/doctor/emptyEntries";
import { load } from "./yaml";

const roster = (...members: string[]): string =>
  [
    "name: people",
    "runtime: yaml",
    "resources:",
    "  people:",
    "    properties:",
    "      undeclaredMembers: remove",
    "      members: # who",
    ...members.map((line) => `        ${line}`),
    "      # everybody else",
    "      absent: ",
    "    type: openai-organization:OrganizationRoster # everybody",
    "  team:",
    "    type: github:Team",
    "    properties:",
    "      members:",
    "        nobody@example.com:",
    "",
  ].join("\n");

test.each([
  ["plain", "x@example.com:", ["x@example.com"]],
  ["plain, with a space and a comment", "user-1 :   # later: owner", ["user-1"]],
  ["in double quotes", '"x@example.com":', ["x@example.com"]],
  ["in single quotes", "'x@example.com': ~", ["x@example.com"]],
  ["null", "x@example.com: null", ["x@example.com"]],
  ["with a role", "x@example.com: owner # or null:", []],
  ["with a role in quotes", `"x@example.com": 'member'`, []],
  ["with an expression", "x@example.com: ${role}", []],
  ["commented out", "# x@example.com:", []],
])("an entry that is %s", (_how, line, empty) => {
  for (const text of [roster(line), roster("a@example.com: owner", line, "b@example.com: member")])
    for (const project of [text, text.replaceAll("\n", "\r\n")]) expect(emptyEntries(project)).toEqual(empty);
  // What YAML reads is what the host drops.
  type Members = Readonly<Record<string, unknown>>;
  const { resources } = load(roster(line)) as {
    resources: { people: { properties: { members: Members | null } } };
  };
  const members = Object.entries(resources.people.properties.members ?? {});
  expect(members.filter(([, role]) => role === null).map(([entry]) => entry)).toEqual(empty);
});

test("an entry may go on in the next line, and a roster may be the only one of several that is empty", () => {
  const project = roster("x@example.com:", "  fn::secret: owner", "y@example.com:");
  expect(emptyEntries(project)).toEqual(["y@example.com"]);
  const two = `${project}  more:\n    type: "openai-organization:index:OrganizationRoster"\n    properties:\n      members:\n        z@example.com:\n`;
  expect(emptyEntries(two)).toEqual(["y@example.com", "z@example.com"]);
});

test("what adopt writes is whole, until a role is deleted", () => {
  const program = yamlProgram(
    adoption([{ userId: "user-1", email: "alice@example.com", role: "owner" }], undefined, "roster"),
    "acme",
  );
  expect(emptyEntries(program)).toEqual([]);
  expect(emptyEntries(program.replace(/: owner$/m, ":"))).toEqual(["alice@example.com"]);
});

test("programs of other languages, and other people's members, are no rosters", () => {
  expect(emptyEntries("name: people\nruntime: nodejs\n")).toEqual([]);
  expect(emptyEntries('{"name": "people", "runtime": "yaml"}')).toEqual([]);
  expect(emptyEntries(roster("a@example.com: owner").replace("OrganizationRoster", "Other"))).toEqual([]);
});
