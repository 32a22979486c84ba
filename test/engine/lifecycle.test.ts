import { startEngine } from "./engine";
import { processesOf } from "./processes";

test("refresh takes what has changed into the state, and destroying twice is no error", async () => {
  const engine = await startEngine({
    roles: {
      bob: { userId: "user-bob", role: "owner" },
      carol: { email: "carol@example.com", role: "owner" },
    },
  });
  await engine.up();
  engine.organization.users.change("user-bob", { role: "member", name: "Robert" });

  expect((await engine.refresh()).writes).toEqual([]);
  expect((await engine.state()).bob?.outputs).toMatchObject({ role: "member", name: "Robert" });

  const first = await engine.destroy();
  expect(first.writes.toSorted()).toEqual(["delete_user user-bob", "delete_user user-carol"]);
  expect(await engine.state()).toEqual({});
  expect((await engine.destroy()).requests).toEqual([]);
});

const onLinux = process.platform === "linux";

(onLinux ? test : test.skip)(
  `no process is left behind by a run that succeeds or fails${onLinux ? "" : " (needs /proc to look)"}`,
  async () => {
    const roles = { bob: { userId: "user-bob", role: "owner" } };
    const engine = await startEngine({ roles, ownProcess: true });
    const { folder } = engine.sandbox;

    let seen = 0;
    const look = (): void => {
      seen = Math.max(seen, processesOf(folder).length);
    };
    await engine.tries(["up", "--yes", "--skip-preview"], { onOutput: look });
    // The CLI, its language host, the program, the dynamic provider: the search does see them.
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(await processesLeft(folder)).toEqual([]);

    await engine.declare({ bob: { userId: "user-bob", role: "admin" } });
    await engine.fails("up");
    expect(await processesLeft(folder)).toEqual([]);
  },
);

/** What is left once whatever is about to end has had the time to. */
async function processesLeft(folder: string): Promise<readonly string[]> {
  const giveUpAt = Date.now() + 10_000;
  while (processesOf(folder).length > 0 && Date.now() < giveUpAt) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return processesOf(folder);
}
