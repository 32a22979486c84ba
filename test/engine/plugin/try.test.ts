import type { ChildProcess } from "node:child_process";
import { startAt, yaml, declareAt } from "../doors";

test("try", async () => {
  const members = (role: string) => ({ "alice@example.com": "owner", "bob@example.com": role, "carol@example.com": role, "dan@example.com": role });
  const engine = await startAt(yaml, { roster: { members: members("member") } });
  await engine.up();
  await declareAt(yaml, engine, { roster: { members: members("owner") } });
  const fault = engine.organization.inject({ operation: "modify_user", fault: { kind: "delay", ms: 500 }, times: 1 });
  let cli: ChildProcess | undefined;
  const running = engine.tries(["up", "--yes", "--skip-preview"], { env: { OPENAI_MAX_REQUESTS_PER_MINUTE: "1" }, onStart: (child) => { cli = child; } });
  while (fault.hits === 0) await new Promise((r) => setTimeout(r, 10));
  const t = Date.now();
  cli!.kill("SIGINT");
  const r = await running;
  console.log(r.output, r.code, Date.now() - t, r.writes);
  const s = await engine.sandbox.pulumi(["stack", "export"]);
  console.log(s.output.match(/"inputs"[^]*?"parent"/)?.[0]);
  const rest = await engine.up("--refresh=false");
  console.log(rest.writes, rest.output);
  await engine.preview("--expect-no-changes");
});
