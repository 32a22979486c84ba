/**
 * A GitHub Actions workflow: preview on pull requests, update on main, and a daily check for drift. A test keeps
 * examples/ci/github-actions.yml equal to it.
 */
export const WORKFLOW = `# Shows on pull requests what they would change in the organization, changes it once they are on main, and
# checks every day whether somebody changed it elsewhere: that job's summary lists who.
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

jobs:
  organization:
    # A fork's code never runs with the secrets.
    if: github.event_name != 'pull_request' || github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    env:
      PULUMI_STACK: prod
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
        with:
          node-version: 22
          cache: npm
      - run: npm ci
      # Without a command it installs the Pulumi CLI.
      - uses: pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0

      # The secrets are given to these steps only, so that no package's install script sees them.
      - name: Preview
        if: github.event_name == 'pull_request'
        run: pulumi preview --diff --non-interactive
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
      # The pull request has shown the preview. Another would ask the API everything twice, and it allows few requests.
      - name: Update
        if: github.event_name == 'push'
        run: pulumi up --yes --skip-preview --non-interactive
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
      # Fails the job if somebody was changed elsewhere, or if that could not be determined.
      - name: Drift
        if: github.event_name == 'schedule'
        run: npx --no-install pulumi-openai-organization drift --format markdown >> "$GITHUB_STEP_SUMMARY"
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY }}
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
`;
