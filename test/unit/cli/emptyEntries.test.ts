import { adoption } from "../../../provider/src/cli/adopt/adoption";
import { yamlProgram } from "../../../provider/src/cli/adopt/yamlProgram";
import { emptyEntries } from "../../../provider/src/cli/doctor/emptyEntries";
import { load } from "./yaml";

const roster = (...members: string[]): string => `
name: people
runtime: yaml
resources:
  people:
    properties:
      undeclaredMembers: remove
      members: # who
${members.map((line) => `        ${line}\n`).join("")}      # everybody else
      absent: 
    type: openai-organization:OrganizationRoster # everybody
  team:
    type: github:Team
    properties:
      members:
        nobody@example.com:
`;

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
  const { resources } = load(roster(line)) as {
    resources: { people: { properties: { members: object | null } } };
  };
  const members = Object.entries(resources.people.properties.members ?? {});
  expect(members.filter(([, role]) => role === null).map(([entry]) => entry)).toEqual(empty);
});

const ANOTHER = `
  more:
    type: "openai-organization:index:OrganizationRoster"
    properties:
      members:
        z@example.com:
`;

test.each([
  [
    "an entry that goes on in the next line",
    roster("x@example.com:", "  fn::secret: owner", "y@example.com:"),
    ["y@example.com"],
  ],
  ["two rosters", `${roster("a@example.com: owner")}${ANOTHER}`, ["z@example.com"]],
  ["other people's members", roster("a@example.com:").replace("OrganizationRoster", "Other"), []],
  ["a program of another language", "name: people\nruntime: nodejs\n", []],
  ["a project in JSON", '{"name": "people", "runtime": "yaml"}', []],
])("%s", (_what, project, empty) => {
  expect(emptyEntries(project)).toEqual(empty);
});

test("what adopt writes is whole, until a role is deleted", () => {
  const users = [{ userId: "user-1", email: "alice@example.com", role: "owner" }];
  const program = yamlProgram(adoption(users, undefined, "roster"), "acme");
  expect(emptyEntries(program)).toEqual([]);
  expect(emptyEntries(program.replace(/: owner$/m, ":"))).toEqual(["alice@example.com"]);
});
