import fc from "fast-check";

import { adoption } from "../../../provider/src/cli/adopt/adoption";
import { projectFiles } from "../../../provider/src/cli/adopt/project";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { nameInYaml, projectName } from "../../../provider/src/cli/adopt/projectName";
import { load } from "./yaml";
import { anyText } from "../../anyText";
import { textIn } from "../../repository";

/** What people copy, review and keep: every line of it is meant. */
const USERS = [
  { userId: "user-alice", email: "alice@example.com", name: "Alice", role: "owner", addedAt: 1 },
  { userId: "user-bob", email: "bob@example.com", role: "member", addedAt: 2 },
  { userId: "user-x", name: "Xenia", role: "member", addedAt: 3 },
  { userId: "user-scim", email: "scim@example.com", role: "member", isScimManaged: true },
  { userId: "user-bot", email: "bot@example.com", role: "owner", isServiceAccount: true },
  { userId: "user-odd", email: "odd@example.com", name: "Odd", role: "auditor" },
];
const PEOPLE = adoption(USERS);

test.each([
  ["typescript", ["index.ts", "tsconfig.json"]],
  ["yaml", ["README.md"]],
] as const)("a project in %s has the files that npm install and pulumi up need", (format, own) => {
  const files = projectFiles(PEOPLE, format, "acme");
  const common = [".github/workflows/organization.yml", ".gitignore", "Pulumi.yaml", "package.json"];
  expect(Object.keys(files).toSorted()).toEqual([...common, ...own].toSorted());
  expect(files["Pulumi.yaml"]).toMatch(/^name: acme$/m);
  const dependencies = { ...OWN_PACKAGE.peerDependencies, [OWN_PACKAGE.name]: OWN_PACKAGE.version };
  expect(JSON.parse(files["package.json"] ?? "")).toMatchObject({
    name: "acme",
    private: true,
    dependencies,
  });
});

test("a project in TypeScript: a roster", () => {
  const files = projectFiles(adoption(USERS, "owner", "roster"), "typescript", "acme");
  expect(files["index.ts"])
    .toBe(`// The people of an OpenAI organization and their roles, as they were when this was written.
// The first \`pulumi up\` finds that everybody has the role already, and changes nothing.
import { OrganizationRoster } from "pulumi-openai-organization";

new OrganizationRoster("people", {
  // Anybody not in members is undeclared: "error" fails the preview, "warn" and "ignore" do not.
  // With "demote" (owners only) and "remove" an update changes them: set that once you want it.
  undeclaredOwners: "error",
  undeclaredMembers: "ignore",
  members: {
    // 2 owners
    "alice@example.com": "owner",
    "user-bot": "owner", // "bot@example.com", service account
  },
});

// Not declared:
// - "user-odd", "Odd", "odd@example.com": the role "auditor"
`);
});

const HEAD = `# The people of an OpenAI organization and their roles, as they were when this was written.
# The first "pulumi up" finds that everybody has the role already, and changes nothing.
name: acme
description: The people of an OpenAI organization and their roles
runtime: yaml
plugins:
  providers:
    # npm install pulumi-openai-organization puts it there.
    - name: openai-organization
      path: node_modules/.bin

`;

test("a project in Pulumi YAML: a roster, and a README of ten lines for anybody who has never seen such a project", () => {
  const files = projectFiles(adoption(USERS, undefined, "roster"), "yaml", "acme");
  expect(files["README.md"]?.trimEnd().split("\n").length).toBeLessThanOrEqual(10);
  expect(files["Pulumi.yaml"]).toBe(`${HEAD}resources:
  people:
    type: openai-organization:OrganizationRoster
    properties:
      # Anybody not in members is undeclared: "error" fails the preview, "warn" and "ignore" do not.
      # With "demote" (owners only) and "remove" an update changes them: set that once you want it.
      undeclaredOwners: error
      undeclaredMembers: warn
      members:
        # 2 owners
        "alice@example.com": owner
        "user-bot": owner # "bot@example.com", service account
        # 3 members
        "bob@example.com": member
        "scim@example.com": member # managed by an identity provider
        "user-x": member # "Xenia"

# Not declared:
# - "user-odd", "Odd", "odd@example.com": the role "auditor"
`);
});

test("a project in Pulumi YAML: each person a resource", () => {
  const files = projectFiles(PEOPLE, "yaml", "acme");
  expect(files["Pulumi.yaml"]).toBe(`${HEAD}variables:
  # People taken out of the list stay in the organization and keep their role: a program nobody has read yet must
  # not remove people. Set "demote" or "remove", here or in one entry, once you want that.
  onDelete: retain

resources:
  # 1 owner
  "alice": { type: "openai-organization:OrganizationUserRole", properties: { email: "alice@example.com", role: owner, onDelete: "\${onDelete}" } }
  # 3 members
  "bob": { type: "openai-organization:OrganizationUserRole", properties: { email: "bob@example.com", role: member, onDelete: "\${onDelete}" } }
  "scim": { type: "openai-organization:OrganizationUserRole", properties: { email: "scim@example.com", role: member, onDelete: "\${onDelete}" } } # managed by an identity provider
  "xenia": { type: "openai-organization:OrganizationUserRole", properties: { userId: "user-x", role: member, onDelete: "\${onDelete}" } } # "Xenia"

# Not declared:
# - "user-bot", "bot@example.com": a service account, not a person
# - "user-odd", "Odd", "odd@example.com": the role "auditor"
`);
});

test.each([
  ["typescript", "resources", "const people: Person[] = [];\n"],
  ["typescript", "roster", "\n  members: {},\n"],
  ["yaml", "resources", "\nresources: {}\n"],
  ["yaml", "roster", "\n      members: {}\n"],
] as const)("a project for nobody, in %s, as %s, has a list to fill in", (format, shape, list) => {
  const files = projectFiles(adoption([], undefined, shape), format, "acme");
  expect(files[format === "yaml" ? "Pulumi.yaml" : "index.ts"]).toContain(list);
});

test.each([
  ["Acme, Inc.", "people", "acme-inc"],
  [undefined, "My People", "my-people"],
  ["\u{1f600}", "people", "people"],
  [undefined, "..", "openai-organization"],
])("a project for %j in a folder %j is called %s", (organization, folder, name) => {
  expect(projectName(organization, folder)).toBe(name);
});

test("whatever the organization is called, Pulumi takes the name, and YAML reads it as text", () => {
  const text = fc.oneof(fc.constantFrom("true", "Null", "1e3", "0x1", "no", "~"), anyText());
  fc.assert(
    fc.property(text, text, (organization, folder) => {
      const name = projectName(organization, folder);
      expect(name).toMatch(/^[a-z0-9][a-z0-9_.-]{0,99}$/);
      expect(load(`name: ${nameInYaml(name)}`)).toEqual({ name });
    }),
  );
});

const WORKFLOW = textIn("provider", "workflow.yml");

type Step = Readonly<Partial<Record<"name" | "if" | "run" | "uses", string>>> & {
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: object;
};

interface Job {
  readonly permissions?: object;
  readonly steps: readonly Step[];
}

const workflow = load(WORKFLOW) as {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Readonly<Record<"organization" | "comment", Job>>;
};
const { organization, comment } = workflow.jobs;

test("the workflow that adopt writes is the one of the examples", () => {
  expect(textIn("examples", "ci", "github-actions.yml")).toBe(WORKFLOW);
});

test("plans on pull requests, updates from main, looks for drift, and gives the key to these steps only", () => {
  expect(workflow.on).toEqual({
    pull_request: null,
    push: { branches: ["main"] },
    schedule: [{ cron: "17 5 * * *" }],
  });
  expect(workflow.permissions).toEqual({ contents: "read" });
  const withKey = organization.steps.filter(({ env }) => env !== undefined);
  expect(withKey.map(({ name, if: when }) => [name, when])).toEqual([
    ["Preview", "github.event_name == 'pull_request'"],
    ["Update", "github.event_name == 'push'"],
    ["Drift", "github.event_name == 'schedule'"],
  ]);
  for (const { env } of withKey) expect(env?.OPENAI_ADMIN_KEY).toBe("${{ secrets.OPENAI_ADMIN_KEY }}");
});

test("lets only a job that runs nothing of the repository comment", () => {
  expect(organization.permissions).toBeUndefined();
  const [checkout] = organization.steps;
  expect(checkout).toMatchObject({ with: { "persist-credentials": false } });
  expect(comment.permissions).toEqual({ "pull-requests": "write" });
  for (const { run, uses } of comment.steps) {
    expect(run).toBeUndefined();
    expect(uses).toMatch(/^actions\/(?:download-artifact|github-script)@[0-9a-f]{40}$/);
  }
});
