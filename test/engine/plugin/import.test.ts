import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { declareAt, hasYaml, startAt, yaml } from "../doors";
import type { Engine } from "../engine";

const TYPE = "openai-organization:index:";

/** Imports resources, by the id of each name. Answers what `pulumi import` says to copy into the program. */
async function imported(
  engine: Engine,
  type: string,
  ids: Readonly<Record<string, string>>,
): Promise<string> {
  const resources = Object.entries(ids).map(([name, id]) => ({ type: `${TYPE}${type}`, name, id }));
  await engine.sandbox.write("import.json", JSON.stringify({ resources }));
  const args = [
    "--file",
    "import.json",
    "--yes",
    "--skip-preview",
    "--protect=false",
    "--out",
    "imported.yaml",
  ];
  await engine.pulumi("import", ...args);
  return readFile(join(engine.sandbox.folder, "imported.yaml"), "utf8");
}

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

const withYaml = hasYaml ? test : test.skip;

withYaml(
  "people are imported by id and by email as they are, or by the program, are named alike, and refreshed first from then on; a preview shows each changed property, and which of them replace",
  async () => {
    const engine = await startAt(yaml, {});
    const text = await imported(engine, "OrganizationUserRole", {
      bob: "user-bob",
      carol: "Carol@example.com",
    });
    expect(text).toContain("userId: user-bob");
    expect(text).toContain("email: Carol@example.com");
    const { bob, carol } = await engine.state();
    expect(bob).toMatchObject({ id: "user-bob", outputs: { email: "bob@example.com", role: "member" } });
    expect(carol?.id).toBe("user-carol");

    const roles = {
      bob: { userId: "user-bob", role: "member" },
      carol: { email: "Carol@example.com", role: "member" },
      dan: { email: "dan@example.com", role: "member" },
    };
    await declareAt(yaml, engine, { roles, options: { dan: { import: "dan@example.com" } } });
    const { output, writes } = await engine.up();
    expect(output).toContain("1 imported");
    expect(output).toContain("3 unchanged");
    expect(writes).toEqual([]);

    engine.organization.users.change("user-bob", { role: "owner" });
    await declareAt(yaml, engine, {
      roles: {
        bob: roles.bob,
        carol: { ...roles.carol, role: "owner", onDelete: "demote" },
        dan: { email: "erin@example.com", role: "member" },
      },
    });
    expect(await planned(engine)).toEqual({
      "update bob": { role: ofInputs("update") },
      "update carol": { role: ofInputs("update"), onDelete: ofInputs("update") },
      "replace dan": { email: ofInputs("update-replace") },
    });
  },
);

withYaml(
  "a roster is imported as the organization is, and nobody who is absent; a plain preview shows each entry that differs, and no other",
  async () => {
    const engine = await startAt(yaml, {});
    const text = await imported(engine, "OrganizationRoster", { people: "roster" });
    expect(text).toMatch(/alice@example\.com: owner\n\s+bob@example\.com: member\n/);
    const program = text
      .replace(/carol@.*/, "fay@example.com: owner")
      .replace("undeclaredMembers: ignore", "undeclaredMembers: warn");
    await engine.sandbox.write("Pulumi.yaml", `name: people\nruntime: yaml\n${program}`);
    engine.organization.users.change("user-bob", { role: "owner" });
    engine.organization.users.add({ id: "user-fay", email: "fay@example.com", role: "member" });
    expect(await planned(engine)).toEqual({
      "update people": {
        'members["fay@example.com"]': ofState("add"),
        'members["bob@example.com"]': ofState("update"),
        'members["carol@example.com"]': ofState("delete"),
        undeclaredMembers: ofInputs("update"),
      },
    });

    const args = [`${TYPE}OrganizationUserRole`, "nobody", "nobody@example.com", "--yes", "--skip-preview"];
    const { code, output } = await engine.tries(["import", ...args]);
    expect(code).not.toBe(0);
    expect(output).toContain("resource 'nobody@example.com' does not exist");
  },
);
