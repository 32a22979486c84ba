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

const withYaml = hasYaml ? test : test.skip;

withYaml(
  "people are imported by id and by email as they are, or by the program, are named alike, and refreshed first from then on",
  async () => {
    const engine = await startAt(yaml, { refreshes: false });
    const text = await imported(engine, "OrganizationUserRole", {
      bob: "user-bob",
      carol: "Carol@example.com",
    });
    expect(text).toContain("userId: user-bob");
    expect(text).toContain("email: Carol@example.com");
    const { bob, carol } = await engine.state();
    expect(bob).toMatchObject({ id: "user-bob", outputs: { email: "bob@example.com", role: "member" } });
    expect(carol?.id).toBe("user-carol");

    await declareAt(yaml, engine, {
      refreshes: false,
      roles: {
        bob: { userId: "user-bob", role: "member" },
        carol: { email: "Carol@example.com", role: "member" },
        dan: { email: "dan@example.com", role: "member" },
      },
      options: { dan: { import: "dan@example.com" } },
    });
    const { output, writes } = await engine.up();
    expect(output).toContain("1 imported");
    expect(output).toContain("3 unchanged");
    expect(writes).toEqual([]);
    engine.organization.users.change("user-bob", { role: "owner" });
    expect((await engine.preview("--diff")).output).toMatch(/~ role\s*: "owner" => "member"/);
  },
);

withYaml("a roster is imported as the organization is, and nobody who is absent", async () => {
  const engine = await startAt(yaml, {});
  const text = await imported(engine, "OrganizationRoster", { people: "roster" });
  expect(text).toMatch(/alice@example\.com: owner\n\s+bob@example\.com: member\n/);
  await engine.sandbox.write(
    "Pulumi.yaml",
    `name: people\nruntime: yaml\noptions: { refresh: always }\n${text}`,
  );
  await engine.preview("--expect-no-changes");

  const args = [`${TYPE}OrganizationUserRole`, "nobody", "nobody@example.com", "--yes", "--skip-preview"];
  const { code, output } = await engine.tries(["import", ...args]);
  expect(code).not.toBe(0);
  expect(output).toContain("resource 'nobody@example.com' does not exist");
});
