import { adoption } from "../../../provider/src/cli/adopt/adoption";
import { OWN_PACKAGE } from "../../../provider/src/ownPackage";
import { projectFiles, type Format } from "../../../provider/src/cli/adopt/project";
import { load } from "./yaml";

const ADOPTION = adoption([{ userId: "user-alice", email: "alice@example.com", role: "owner" }]);

function file(format: Format, path: string): string {
  return projectFiles(ADOPTION, format, "acme")[path] ?? "";
}

test("each format has the files that it needs, and no other", () => {
  const common = [".github/workflows/organization.yml", ".gitignore", "Pulumi.yaml", "package.json"];
  const files = (format: Format): string[] => Object.keys(projectFiles(ADOPTION, format, "acme")).toSorted();
  expect(files("typescript")).toEqual([...common, "index.ts", "tsconfig.json"].toSorted());
  expect(files("yaml")).toEqual([...common, "README.md"].toSorted());
});

test.each(["typescript", "yaml"] as const)(
  "a %s project depends on this version and on the SDK it needs",
  (format) => {
    const dependencies = {
      "@pulumi/pulumi": OWN_PACKAGE.peerDependencies["@pulumi/pulumi"],
      "pulumi-openai-organization": `^${OWN_PACKAGE.version}`,
    };
    expect(JSON.parse(file(format, "package.json"))).toMatchObject({ dependencies });
  },
);

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: { readonly organization: { readonly steps: readonly Step[] } };
}

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

test("the workflow previews pull requests and updates from main, looks for drift, and gives the key to these steps only", () => {
  const workflow = load(file("typescript", ".github/workflows/organization.yml")) as Workflow;
  expect(workflow.on).toEqual({
    pull_request: null,
    push: { branches: ["main"] },
    schedule: [{ cron: "17 5 * * *" }],
  });
  expect(workflow.permissions).toEqual({ contents: "read" });

  const withKey = workflow.jobs.organization.steps.filter(({ env }) => env !== undefined);
  expect(withKey.map(({ if: when, run }) => [when, run])).toEqual([
    ["github.event_name == 'pull_request'", "pulumi preview --diff --non-interactive"],
    ["github.event_name == 'push'", "pulumi up --yes --skip-preview --non-interactive"],
    [
      "github.event_name == 'schedule'",
      'npx --no-install pulumi-openai-organization drift --format markdown >> "$GITHUB_STEP_SUMMARY"',
    ],
  ]);
  for (const { env } of withKey) expect(env?.OPENAI_ADMIN_KEY).toBe("${{ secrets.OPENAI_ADMIN_KEY }}");
});
