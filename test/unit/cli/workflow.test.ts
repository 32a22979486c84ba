import { textIn } from "../../repository";
import { load } from "./yaml";

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
