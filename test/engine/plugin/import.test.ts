import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { hasYaml, startAt, yaml } from "../doors";
import type { Engine } from "../engine";

const ROLE = "openai-organization:index:OrganizationUserRole";
const ROSTER = "openai-organization:index:OrganizationRoster";

/** Imports something, and has the program be what `pulumi import` says to copy into it. */
async function importInto(engine: Engine, type: string, name: string, id: string): Promise<string> {
  await engine.pulumi("import", type, name, id, "--yes", "--skip-preview", "--out", "imported.yaml");
  const imported = await readFile(join(engine.sandbox.folder, "imported.yaml"), "utf8");
  await engine.sandbox.write(
    "Pulumi.yaml",
    `name: people\nruntime: yaml\noptions: { refresh: always }\n${imported}`,
  );
  return imported;
}

const withYaml = hasYaml ? test : test.skip;

withYaml.each([
  ["by id", "user-bob", "userId: user-bob"],
  ["by email", "Bob@example.com", "email: Bob@example.com"],
])("a role is imported %s as it is, and the person is named in the same way", async (_how, id, named) => {
  const engine = await startAt(yaml, {});
  expect(await importInto(engine, ROLE, "bob", id)).toContain(named);
  const { bob } = await engine.state();
  expect(bob).toMatchObject({ id: "user-bob", outputs: { email: "bob@example.com", role: "member" } });
  await engine.preview("--expect-no-changes");
});

withYaml("a roster is imported as the organization is", async () => {
  const engine = await startAt(yaml, {});
  const imported = await importInto(engine, ROSTER, "people", "roster");
  expect(imported).toMatch(/alice@example\.com: owner\n\s+bob@example\.com: member\n/);
  await engine.preview("--expect-no-changes");
});

withYaml("nobody who is absent can be imported", async () => {
  const engine = await startAt(yaml, {});
  for (const id of ["user-nobody", "nobody@example.com"]) {
    const { code, output } = await engine.tries(["import", ROLE, "nobody", id, "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain(`resource '${id}' does not exist`);
  }
});

withYaml("a program imports with its own option, and changes nothing", async () => {
  const engine = await startAt(yaml, {
    roles: { bob: { email: "bob@example.com", role: "member" } },
    options: { bob: { import: "bob@example.com" } },
  });
  const { output, writes } = await engine.up();
  expect(output).toContain("1 imported");
  expect(writes).toEqual([]);
  await engine.preview("--expect-no-changes");
});
