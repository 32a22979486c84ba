import { readFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";

import type { RunResult } from "../../tools/sandbox";
import { load } from "../unit/cli/yaml";
import { CommentServer } from "./commentServer";
import { closing, startEngine, TOP, type Engine } from "./engine";
import { writeNpx } from "./npx";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: { readonly script?: string; readonly path?: string };
}
interface GitHubWorkflow {
  readonly jobs: Readonly<Record<"organization" | "comment", { readonly steps: readonly Step[] }>>;
}
type GitLabPipeline = Readonly<
  Record<
    "preview" | "comment" | "update" | "drift",
    { readonly script: readonly string[]; readonly artifacts?: { readonly paths: readonly string[] } }
  >
>;

function example(file: string): unknown {
  return load(readFileSync(join(TOP, "examples", "ci", file), "utf8"));
}

/** Runs a step's own text, as a runner does. */
function run(engine: Engine, script: string, shell: readonly string[], more: NodeJS.ProcessEnv = {}) {
  const { folder } = engine.sandbox;
  const env = {
    PULUMI_STACK: engine.stack,
    PULUMI_DEBUG_COMMANDS: "true",
    PATH: [join(folder, "bin"), join(engine.root, "bin"), process.env.PATH].join(delimiter),
    ...more,
  };
  return engine.sandbox.run("bash", [...shell, "-c", script], { env });
}

/** What the workflows are made of, on either platform. */
interface Platform {
  /** Runs the commands of a job, without those that only prepare it. */
  readonly run: (engine: Engine, job: "preview" | "update" | "drift") => Promise<RunResult>;
  readonly comment: (engine: Engine, server: CommentServer) => Promise<RunResult>;
  /** Where people read the table of a job. */
  readonly page: Readonly<Record<"update" | "drift", string>>;
  /** What the comment needs of the preview, on another machine. */
  readonly handedOver: readonly string[];
}

const github: Platform = (() => {
  const { organization, comment } = (example("github-actions.yml") as GitHubWorkflow).jobs;
  const named = (name: string): Step => {
    const step = [...organization.steps, ...comment.steps].find((one) => one.name === name);
    if (step === undefined) throw new Error(`There is no step ${name}.`);
    return step;
  };
  const steps = { preview: "Preview", update: "Update", drift: "Drift" } as const;
  // As the action runs it, with GitHub's own client.
  const action = `
    const { Octokit } = require("@octokit/rest");
    const [script, baseUrl] = process.argv.slice(1);
    const context = {
      repo: { owner: "people", repo: "roles" }, issue: { number: 5 }, serverUrl: "https://github.com", runId: 9,
    };
    const AsyncFunction = (async () => {}).constructor;
    new AsyncFunction("github", "context", "require", script)(
      new Octokit({ baseUrl, auth: "secret" }), context, require,
    ).catch((error) => { console.error(error); process.exitCode = 1; });`;
  return {
    run: (engine, job) =>
      run(engine, named(steps[job]).run ?? "", ["-e"], {
        GITHUB_STEP_SUMMARY: join(engine.sandbox.folder, `${job}.summary`),
        RUNNER_TEMP: engine.sandbox.folder,
      }),
    comment: (engine, server) =>
      engine.sandbox.run(process.execPath, ["-e", action, named("Comment").with?.script ?? "", server.url], {
        env: { PULUMI_STACK: engine.stack, TABLE: "https://github.com/people/roles/artifacts/1" },
      }),
    page: { update: "update.summary", drift: "drift.summary" },
    handedOver: (named("Plan").with?.path ?? "").trim().split("\n"),
  };
})();

const gitlab: Platform = (() => {
  const jobs = example("gitlab-ci.yml") as GitLabPipeline;
  const text = (job: keyof GitLabPipeline): string => jobs[job].script.join("\n");
  const shell = ["-e", "-o", "pipefail"];
  return {
    run: (engine, job) => run(engine, text(job), shell, { CI_JOB_URL: "https://gitlab.com/jobs/1" }),
    comment: (engine, server) =>
      run(engine, text("comment"), shell, {
        CI_API_V4_URL: server.url,
        CI_PROJECT_ID: "3",
        CI_MERGE_REQUEST_IID: "5",
        GITLAB_TOKEN: "secret",
      }),
    page: { update: "done.md", drift: "drift.md" },
    handedOver: jobs.preview.artifacts?.paths ?? [],
  };
})();

describe.each([
  ["GitHub", github],
  ["GitLab", gitlab],
])("the workflow for %s", (_platform, { run, comment, page, handedOver }) => {
  const read = (engine: Engine, file: string): Promise<string> =>
    readFile(join(engine.sandbox.folder, file), "utf8");

  test("plans in one comment, updates, tells drift in a table that fails the job, and says why where it cannot", async () => {
    const server = closing(await CommentServer.start());
    for (let n = 0; n < 120; n++)
      server.add(n === 0 ? "<!-- pulumi-openai-organization, stack dev -->" : "Hm.");
    const engine = await startEngine({
      program: `new openai.OrganizationRoster("people", ${JSON.stringify({
        members: { "alice@example.com": "owner", "bob@example.com": "owner" },
        undeclaredMembers: "remove",
      })});`,
      // Where the package is installed, npm makes this link; in its own workspace it does not.
      links: { "bin/pulumi-openai-organization": join(TOP, "provider", "dist", "cli", "main.js") },
    });
    const { sandbox, organization } = engine;
    const { users } = organization;
    await writeNpx(sandbox);
    users.change("user-dan", { name: "[Dan](https://example.com) @people\n::stop" });
    const own = (): readonly string[] =>
      server.comments.flatMap(({ user, body }) => (user.login === "mallory" ? [] : [body]));

    expect(await run(engine, "preview")).toMatchObject({ code: 0 });
    for (const file of handedOver) expect(await read(engine, file)).not.toBe("");
    expect(await comment(engine, server)).toMatchObject({ code: 0 });
    expect(own()).toHaveLength(1);
    const [first = ""] = own();
    expect(first).toContain("### Plan: 3 removals, 1 promotion.\n");
    expect(first).toMatch(/\| dan&#64;example&#46;com \| &#91;Dan&#93;.* \| member \| removed \|/);
    expect(first).not.toMatch(/@|::|\]\(https:\/\/example/);
    expect(first).toContain("[The whole table](https://git");

    users.remove("user-carol");
    // Somebody joins before the update: the table of what it did is the first to name them.
    users.add({ id: "user-eve", email: "eve@example.com", name: "Eve", role: "member" });
    expect(await run(engine, "update")).toMatchObject({ code: 0 });
    const done = await read(engine, page.update);
    expect(done).toContain("### Done: 3 removals, 1 promotion.\n");
    expect(done).toContain(
      "| eve&#64;example&#46;com | Eve | member | removed | undeclared member | user&#45;eve |",
    );

    users.change("user-bob", { role: "member" });
    expect(await run(engine, "drift")).toMatchObject({ code: 2 });
    expect(await read(engine, page.drift)).toContain(
      "| bob&#64;example&#46;com | owner | member | changed elsewhere | user&#45;bob | Bob |",
    );

    // The next push has a mistake. The pull request keeps one comment.
    await engine.program('throw new pulumi.RunError("@people are missing");');
    expect(await run(engine, "preview")).toMatchObject({ code: 1 });
    await comment(engine, server);
    expect(own()).toEqual([
      expect.stringMatching(/### The preview failed.*\n\n.*&#64;people are missing/) as unknown,
    ]);
    expect((await run(engine, "update")).code).not.toBe(0);
    expect(await read(engine, page.update)).toMatch(/### The update failed.*\n\n.*&#64;people are missing/);

    // Where the package cannot be run, nothing can be told but that.
    await writeNpx(sandbox, "exit 1");
    for (const job of ["preview", "drift"] as const) expect((await run(engine, job)).code).not.toBe(0);
    expect(await read(engine, page.drift)).toContain("is not known: see the log of the job.");
    await comment(engine, server);
    expect(own()).toEqual([expect.stringContaining("### There is no plan: the log of the job says why.")]);
    for (const file of handedOver) await rm(join(sandbox.folder, file), { force: true });
    await comment(engine, server);
    expect(own()).toEqual([expect.stringContaining("### There is no plan: the job failed before it.")]);
  });
});
