/**
 * A GitHub Actions workflow: a plan on pull requests, an update on main, and a daily check for drift. A test keeps
 * examples/ci/github-actions.yml equal to it.
 */
export const WORKFLOW = `# Shows on pull requests whose access they would change in the organization, changes it once they are on main, and
# checks every day whether somebody changed it elsewhere. Each job's summary has a table of the people.
#
# Set up before the first run:
# - the secrets OPENAI_ADMIN_KEY (an admin key of the organization) and PULUMI_ACCESS_TOKEN (of Pulumi Cloud; for
#   another backend set PULUMI_BACKEND_URL and PULUMI_CONFIG_PASSPHRASE instead). Pull requests from forks get no
#   secrets and are skipped;
# - the stack that PULUMI_STACK names: pulumi stack init prod;
# - package-lock.json in the repository: npm install writes it.
# Actions are pinned to a commit, because a tag can be moved and these run with access to the secrets.
name: OpenAI organization

on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: "17 5 * * *"

permissions:
  contents: read

# Updates run one after another. If several wait, the newest includes the others' changes.
concurrency: organization-\${{ github.event_name }}-\${{ github.ref }}

env:
  PULUMI_STACK: prod

jobs:
  organization:
    # A fork's code never runs with the secrets.
    if: github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    outputs:
      table: \${{ steps.artifact.outputs.artifact-url }}
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 22
          cache: npm
      - run: npm ci
      # Without a command it installs the Pulumi CLI.
      - uses: pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0

      # The secrets are given to these steps only, so that no package's install script sees them.
      - name: Preview
        id: preview
        if: github.event_name == 'pull_request'
        run: |
          npx --no-install pulumi-openai-organization plan --format markdown --full table.txt > plan.md || failed=$?
          [ -s plan.md ] || echo "### There is no plan: the log of the job says why." > plan.md
          cat plan.md >> "$GITHUB_STEP_SUMMARY"
          [ ! -s table.txt ] || cat table.txt
          exit "\${failed:-0}"
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
      - name: Plan
        id: artifact
        if: always() && steps.preview.outcome != 'skipped'
        uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
        with:
          name: plan
          path: |
            plan.md
            table.txt
      # The pull request has shown the plan. Another preview would ask the API everything twice, and it allows few
      # requests. The table is of what was done: somebody may have joined since, or been changed.
      - name: Update
        id: update
        if: github.event_name == 'push'
        run: |
          events="$RUNNER_TEMP/update.events"
          pulumi up --yes --skip-preview --non-interactive --event-log "$events" || failed=$?
          npx --no-install pulumi-openai-organization plan --events "$events" --format markdown > done.md || true
          [ -s done.md ] || echo "### What the update did is not known: see the log of the job." > done.md
          cat done.md >> "$GITHUB_STEP_SUMMARY"
          exit "\${failed:-0}"
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
          # Pulumi has the option --event-log only with this.
          PULUMI_DEBUG_COMMANDS: "true"
      # Fails the job if somebody was changed elsewhere, or if that could not be determined.
      - name: Drift
        id: drift
        if: github.event_name == 'schedule'
        run: |
          npx --no-install pulumi-openai-organization drift --format markdown > drift.md || failed=$?
          [ -s drift.md ] || echo "### Whether anybody was changed elsewhere is not known: see the log of the job." > drift.md
          cat drift.md >> "$GITHUB_STEP_SUMMARY"
          exit "\${failed:-0}"
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
      - name: No table
        if: >-
          failure() && steps.preview.outcome == 'skipped' && steps.update.outcome == 'skipped'
          && steps.drift.outcome == 'skipped'
        run: echo "### The job failed before it looked at the organization. Its log says why." >> "$GITHUB_STEP_SUMMARY"

  # One comment on the pull request, updated with each push. Nothing from the repository or from npm runs in this job.
  comment:
    needs: organization
    if: >-
      !cancelled() && github.event_name == 'pull_request' && needs.organization.result != 'skipped'
    runs-on: ubuntu-latest
    permissions:
      pull-requests: write
    steps:
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
        # Without it, the comment says so.
        continue-on-error: true
        with:
          name: plan
      - name: Comment
        uses: actions/github-script@ed597411d8f924073f98dfc5c65a23a2325f34cd # v8.0.0
        env:
          TABLE: \${{ needs.organization.outputs.table }}
        with:
          script: |
            const { existsSync, readFileSync } = require("fs");
            const marker = \`<!-- pulumi-openai-organization, stack \${process.env.PULUMI_STACK} -->\`;
            const plan = existsSync("plan.md")
              ? readFileSync("plan.md", "utf8")
              : "### There is no plan: the job failed before it. Its log says why.\\n";
            const link = process.env.TABLE ? \`[The whole table](\${process.env.TABLE}), \` : "";
            const run = \`\${context.serverUrl}/\${context.repo.owner}/\${context.repo.repo}/actions/runs/\${context.runId}\`;
            const body = \`\${marker}\\n\${plan}\\n\${link}[the job](\${run}).\\n\`;
            const pullRequest = { ...context.repo, issue_number: context.issue.number };
            const comments = await github.paginate(github.rest.issues.listComments, pullRequest);
            const own = comments.find(
              ({ user, body }) => user?.login === "github-actions[bot]" && body?.startsWith(marker),
            );
            if (own) await github.rest.issues.updateComment({ ...context.repo, comment_id: own.id, body });
            else await github.rest.issues.createComment({ ...pullRequest, body });
`;
