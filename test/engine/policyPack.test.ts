import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";

import { transformSync } from "esbuild";

import { startEngine, TOP } from "./engine";

const EXAMPLE = join(TOP, "examples", "policy-pack");
const PACK = ["--policy-pack", "pack/analyzer"];

const role = (id: string, args: string): string =>
  `new openai.OrganizationUserRole("${id}", { userId: "user-${id}", ${args} });\n`;

/** A roster of another organization. */
function roster(members: object): string {
  return `
    const research = new openai.OrganizationProvider("research", {
      adminKeyVariable: "OPENAI_ADMIN_KEY",
      organization: "org-research",
    });
    new openai.OrganizationRoster(
      "people",
      { members: ${JSON.stringify(members)}, absent: "warn" },
      { provider: research },
    );\n`;
}

test("the example's rules know the resources by their classes: nobody is removed on delete, owners are few, and people are of known domains", async () => {
  const owners = ["alice", "bob"].map((id) => role(id, 'role: "owner", onDelete: "retain"')).join("");
  const members = { "user-alice": "owner", "Al@EXAMPLE.com": "member" };
  const engine = await startEngine({
    program: owners + role("dan", 'role: "member", onDelete: "demote"') + roster(members),
    copies: { pack: EXAMPLE },
  });
  // Its types are checked with those of the other examples: Pulumi would check all of its SDK's as well.
  const { code } = transformSync(await readFile(join(EXAMPLE, "index.ts")), { loader: "ts", format: "cjs" });
  await engine.sandbox.write("pack/index.js", code);
  // As the official language host does it, which the one that is built from the Go modules leaves out.
  await engine.sandbox.write(
    "pack/analyzer",
    '#!/bin/sh\ncd "$(dirname "$0")" && exec node ../node_modules/@pulumi/pulumi/cmd/run-policy-pack "$1" ./index.js\n',
  );
  await chmod(join(engine.sandbox.folder, "pack", "analyzer"), 0o755);
  await engine.preview(...PACK);

  const more = { "user-bob": "owner", "bob@example.com.evil.test": "member" };
  await engine.program(owners + role("dan", 'role: "member"') + roster({ ...members, ...more }));
  const { output } = await engine.fails("preview", ...PACK);
  expect(output).toContain("Deleting this resource would remove the person.");
  expect(output).toContain("The program declares 4 owners, and may declare 3.");
  expect(output).toContain("These are people of other domains: bob@example.com.evil.test.");
});
