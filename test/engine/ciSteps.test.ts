import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { load } from "../unit/cli/yaml";
import { startEngine, TOP, type Engine } from "./engine";

interface GitHubWorkflow {
  readonly jobs: { readonly organization: { readonly steps: readonly { name?: string; run?: string }[] } };
}
type GitLabPipeline = Readonly<
  Record<"preview" | "update" | "drift", { readonly script: readonly string[] }>
>;

function example(file: string): unknown {
  return load(readFileSync(join(TOP, "examples", "ci", file), "utf8"));
}

/** Runs a step's own text, as a runner does. */
function run(engine: Engine, script: string | undefined): Promise<RunResult> {
  if (script === undefined) throw new Error("There is no such step.");
  const { folder } = engine.sandbox;
  const env = {
    PULUMI_STACK: engine.stack,
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    PATH: [join(folder, "bin"), join(engine.root, "bin"), process.env.PATH].join(delimiter),
  };
  return engine.sandbox.run("bash", ["-e", "-o", "pipefail", "-c", script], { env });
}

async function story(
  step: Readonly<Record<"preview" | "update" | "drift", string | undefined>>,
  summary: string,
): Promise<void> {
  const engine = await startEngine({
    roles: { bob: { userId: "user-bob", role: "owner" } },
    // Where the package is installed, npm makes this link; in its own workspace it does not.
    links: {
      "bin/pulumi-openai-organization": join(TOP, "provider", "dist", "cli", "main.js"),
    },
  });
  expect(await run(engine, step.preview)).toMatchObject({ code: 0 });
  expect(engine.roleOf("user-bob")).toBe("member");
  expect(await run(engine, step.update)).toMatchObject({ code: 0 });
  expect(engine.roleOf("user-bob")).toBe("owner");
  engine.organization.users.change("user-bob", { role: "member" });
  expect(await run(engine, step.drift)).toMatchObject({ code: 2 });
  expect(await readFile(join(engine.sandbox.folder, summary), "utf8")).toContain(
    "| owner | member | changed elsewhere | user&#45;bob |",
  );
}

test("the steps of the GitHub workflow: preview, update, and drift that fails with a table", async () => {
  const { steps } = (example("github-actions.yml") as GitHubWorkflow).jobs.organization;
  const named = (name: string): string | undefined => steps.find((step) => step.name === name)?.run;
  await story({ preview: named("Preview"), update: named("Update"), drift: named("Drift") }, "summary.md");
});

test("the jobs of the GitLab pipeline", async () => {
  const { preview, update, drift } = example("gitlab-ci.yml") as GitLabPipeline;
  const text = (job: { readonly script: readonly string[] }): string => job.script.join("\n");
  await story({ preview: text(preview), update: text(update), drift: text(drift) }, "drift.md");
});
