import { chmod } from "node:fs/promises";
import { join } from "node:path";

import { startEngine, TOP, type Engine } from "./engine";

/** Starts a project with the example's rules beside it. */
async function startWithPack(program: string): Promise<Engine> {
  const engine = await startEngine({ program, copies: { pack: join(TOP, "examples", "policy-pack") } });
  // As the official language host does it, which the one that is built from the Go modules leaves out.
  await engine.sandbox.write(
    "pack/analyzer",
    '#!/bin/sh\ncd "$(dirname "$0")" && exec node ../node_modules/@pulumi/pulumi/cmd/run-policy-pack "$1" .\n',
  );
  await chmod(join(engine.sandbox.folder, "pack", "analyzer"), 0o755);
  return engine;
}

const PACK = ["--policy-pack", "pack/analyzer"];

const role = (id: string, args: string): string =>
  `new openai.OrganizationUserRole("${id}", { userId: "user-${id}", ${args} });\n`;

const TOO_MANY = "The program declares 4 owners, and may declare 3.";

test("the example's rules know the resources by their classes: nobody is removed on delete, and owners are few", async () => {
  const owners = ["alice", "bob", "carol"]
    .map((id) => role(id, 'role: "owner", onDelete: "retain"'))
    .join("");
  const engine = await startWithPack(owners + role("dan", 'role: "member", onDelete: "demote"'));
  await engine.preview(...PACK);

  await engine.program(owners + role("dan", 'role: "owner"'));
  const { output } = await engine.fails("preview", ...PACK);
  expect(output).toContain("Deleting this resource would remove the person.");
  expect(output).toContain(TOO_MANY);
});

test("the example's rules count the owners of a roster, and know its people's domains", async () => {
  const members = {
    ...Object.fromEntries(["alice", "bob", "carol", "dan"].map((id) => [`user-${id}`, "owner"])),
    "Al@EXAMPLE.com": "member",
    "bob@example.com.evil.test": "member",
  };
  const engine = await startWithPack(
    `new openai.OrganizationRoster("people", { members: ${JSON.stringify(members)}, absent: "warn" });`,
  );
  const { output } = await engine.fails("preview", ...PACK);
  expect(output).toContain(TOO_MANY);
  expect(output).toContain("These are people of other domains: bob@example.com.evil.test.");
});
