import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Sandbox } from "../../tools/sandbox";
import { closing, Engine, pulumiCommand, startEngine, TOP, type Declarations } from "./engine";
import { QUICK } from "./host";
import { findPostgres, startPostgres } from "./postgres";

const BOB = { userId: "user-bob", role: "owner" };
const CAROL = { email: "carol@example.com", role: "owner" };
const DAN = { email: "dan@example.com", role: "member" };

const programs = findPostgres();
const described = programs === undefined ? "skipped, as PostgreSQL is not installed here" : "PostgreSQL";

/** Two jobs of a CI system: clones of one project in folders of their own, whose state is in one database. */
async function startJobs(roles: Declarations): Promise<{ one: Engine; two: Engine; secret: string }> {
  const { url } = closing(await startPostgres(programs ?? ""));
  const env = { PULUMI_BACKEND_URL: url };
  const one = await startEngine({ roles, env, ownProcess: true });
  const { organization, stack, root, sandbox } = one;
  const clone = closing(
    await Sandbox.open({
      pulumi: await pulumiCommand(),
      nodeModules: resolve(TOP, "node_modules"),
      copies: Object.fromEntries(
        ["Pulumi.yaml", "package.json", "index.js"].map((path) => [path, join(sandbox.folder, path)]),
      ),
      env: { ...QUICK, OPENAI_BASE_URL: organization.url, OPENAI_ADMIN_KEY: organization.adminKey, ...env },
    }),
  );
  return { one, two: await Engine.start(clone, organization, stack, root), secret: new URL(url).password };
}

const UP = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev"];
const LOCKED = /the stack is currently locked by \d+ lock\(s\)/;

(programs === undefined ? test.skip : test)(
  `a job is refused while another updates the shared state, and neither loses anything by trying again (${described})`,
  async () => {
    const { one, two, secret } = await startJobs({ bob: BOB, dan: DAN });
    const slow = one.organization.inject({ operation: "modify_user", fault: { kind: "delay", ms: 12_000 } });
    const first = one.tries(["up", "--yes", "--skip-preview"]);
    while (slow.hits === 0) await sleep(20);

    // The other job has the next commit.
    await two.declare({ bob: BOB, dan: DAN, carol: CAROL });
    const refused = await two.sandbox.pulumi(UP);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(LOCKED);
    expect(refused.output).not.toContain(secret);
    expect(await first).toMatchObject({ code: 0 });

    // Both start at once: each updates or is refused.
    await one.declare({ bob: BOB, dan: DAN, carol: CAROL });
    const outcomes = await Promise.all([one, two].map(({ sandbox }) => sandbox.pulumi(UP)));
    for (const { output } of outcomes.filter(({ code }) => code !== 0)) expect(output).toMatch(LOCKED);
    await one.up();
    expect(Object.keys(await two.state()).toSorted()).toEqual(["bob", "carol", "dan"]);
    expect(["user-bob", "user-carol", "user-dan"].map((id) => one.roleOf(id))).toEqual([
      "owner",
      "owner",
      "member",
    ]);
    await two.preview("--expect-no-changes");
  },
);
