import { declareAt, hasYaml, startAt, yaml } from "../doors";
import type { Engine } from "../engine";

const withYaml = hasYaml ? test : test.skip;

/** What a preview says of each resource that changes: how, and property by property. */
async function planned(engine: Engine): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await engine.preview("--json");
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string; detailedDiff: unknown }[] };
  const changing = steps.filter(({ op }) => op !== "refresh" && op !== "same");
  return Object.fromEntries(
    changing.map(({ op, urn, detailedDiff }) => [`${op} ${urn.split("::").at(-1) ?? ""}`, detailedDiff]),
  );
}

const ofInputs = (kind: string): object => ({ kind, inputDiff: true });
const ofState = (kind: string): object => ({ kind, inputDiff: false });

withYaml("a preview shows each changed property of a role, and which of them replace", async () => {
  const engine = await startAt(yaml, {
    roles: {
      bob: { userId: "user-bob", role: "member" },
      carol: { email: "carol@example.com", role: "member" },
      dan: { email: "dan@example.com", role: "member", onDelete: "retain" },
    },
  });
  await engine.up();
  engine.organization.users.change("user-dan", { role: "owner" });
  await declareAt(yaml, engine, {
    roles: {
      bob: { userId: "user-erin", role: "member" },
      carol: { email: "carol@example.com", role: "owner", onDelete: "demote" },
      dan: { email: "dan@example.com", role: "member", onDelete: "retain" },
    },
  });
  expect(await planned(engine)).toEqual({
    "replace bob": { userId: ofInputs("update-replace") },
    "update carol": { role: ofInputs("update"), onDelete: ofInputs("update") },
    "update dan": { role: ofInputs("update") },
  });
});

withYaml("a plain preview shows each entry of a roster that differs, and no other", async () => {
  const members = { "alice@example.com": "owner", "bob@example.com": "member", "dan@example.com": "member" };
  const engine = await startAt(yaml, {
    roster: { members: { ...members, "user-carol": "member" } },
    refreshes: false,
  });
  await engine.up();
  engine.organization.users.change("user-bob", { role: "owner" });
  await declareAt(yaml, engine, {
    roster: { members: { ...members, "erin@example.com": "owner" }, undeclaredMembers: "warn" },
    refreshes: false,
  });
  expect(await planned(engine)).toEqual({
    "update people": {
      'members["bob@example.com"]': ofState("update"),
      'members["erin@example.com"]': ofState("add"),
      'members["user-carol"]': ofState("delete"),
      undeclaredMembers: ofInputs("update"),
    },
  });
});
