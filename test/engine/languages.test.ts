import { resolve } from "node:path";

import { startEngine, TOP } from "./engine";

/** A project as `pulumi new` leaves it, without options of the runtime. */
const PULUMI_YAML = "name: people\nruntime: nodejs\noptions:\n  refresh: always\n";

test("a program in CommonJS", async () => {
  const engine = await startEngine({
    files: {
      "Pulumi.yaml": PULUMI_YAML,
      "package.json": '{ "name": "people", "main": "index.js" }',
      "index.js": `
        const { OrganizationUserRole, getOrganizationUsers } = require("pulumi-openai-organization");
        new OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
        exports.people = getOrganizationUsers().then(({ users }) => users.length);
      `,
    },
  });
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ people: 5 });
  await engine.preview("--expect-no-changes");
});

test("a program in ESM", async () => {
  const engine = await startEngine({
    files: {
      "Pulumi.yaml": PULUMI_YAML,
      "package.json": '{ "name": "people", "type": "module", "main": "index.js" }',
      "index.js": `
        import { OrganizationUserRole, getOrganizationUsers } from "pulumi-openai-organization";
        const { users } = await getOrganizationUsers();
        new OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
        export const people = users.length;
      `,
    },
  });
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ people: 5 });
  await engine.preview("--expect-no-changes");
});

test("the example in TypeScript, run from the repository's own Pulumi.yaml", async () => {
  const engine = await startEngine({
    files: {},
    copies: {
      "package.json": resolve(TOP, "package.json"),
      "Pulumi.yaml": resolve(TOP, "Pulumi.yaml"),
      "examples/people": resolve(TOP, "examples", "people"),
    },
  });
  expect((await engine.up()).writes).toEqual(["modify_user user-carol owner"]);
  expect(await engine.outputs()).toEqual({ owners: ["alice@example.com", "carol@example.com"] });
  await engine.preview("--expect-no-changes");
});

test("a program whose folder has no such package is told what to install there", async () => {
  const engine = await startEngine({
    nodeModules: null,
    files: {
      "Pulumi.yaml": "name: people\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
      "package.json": '{ "name": "people", "main": "index.js" }',
      "index.js": `
        const { OrganizationUserRole } = require(${JSON.stringify(resolve(TOP, "provider"))});
        new OrganizationUserRole("bob", { userId: "user-bob", role: "owner" });
      `,
    },
    links: {
      // The program itself runs on Pulumi's SDK; only the package is not there.
      "node_modules/@pulumi": resolve(TOP, "node_modules", "@pulumi"),
    },
  });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain("npm install pulumi-openai-organization");
  expect(output).toContain(engine.sandbox.folder);
  expect(output).not.toMatch(/^\s+at /m);
  expect(requests).toEqual([]);
});
