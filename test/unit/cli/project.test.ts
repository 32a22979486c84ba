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
      "pulumi-openai-organization": OWN_PACKAGE.version,
    };
    expect(JSON.parse(file(format, "package.json"))).toMatchObject({ dependencies });
  },
);

interface Workflow {
  readonly on: object;
  readonly permissions: object;
  readonly jobs: Readonly<Record<"organization" | "comment", Job>>;
}

interface Job {
  readonly permissions?: object;
  readonly steps: readonly Step[];
}

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: object;
}

describe("the workflow", () => {
  const workflow = load(file("typescript", ".github/workflows/organization.yml")) as Workflow;
  const { organization, comment } = workflow.jobs;

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
});
