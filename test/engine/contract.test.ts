import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { startEngine } from "./engine";

/**
 * The same handlers through `pulumi.dynamic.Resource`, whose serialiser puts these methods into the state. The
 * package gives the provider text literally, so an SDK that calls handlers otherwise would show here first.
 */
const program = (bob: object, lead: object): string => `
  const handlers = {
    configure: (request) =>
      require("pulumi-openai-organization/handlers").of("OrganizationUserRole").configure(request),
    check: (olds, news) =>
      require("pulumi-openai-organization/handlers").of("OrganizationUserRole").check(olds, news),
    diff: (id, olds, news) =>
      require("pulumi-openai-organization/handlers").of("OrganizationUserRole").diff(id, olds, news),
    create: (inputs) => require("pulumi-openai-organization/handlers").of("OrganizationUserRole").create(inputs),
    read: (id, props) => require("pulumi-openai-organization/handlers").of("OrganizationUserRole").read(id, props),
    update: (id, olds, news) =>
      require("pulumi-openai-organization/handlers").of("OrganizationUserRole").update(id, olds, news),
    delete: (id, props) =>
      require("pulumi-openai-organization/handlers").of("OrganizationUserRole").delete(id, props),
  };
  class Role extends pulumi.dynamic.Resource {
    constructor(name, args) {
      super(handlers, name, { userId: undefined, email: undefined, addedAt: undefined, ...args });
    }
  }
  new Role("lead", ${JSON.stringify(lead)});
  const { id, email } = new Role("bob", ${JSON.stringify(bob)});
  module.exports = { id, email };
`;

test("the handlers serve pulumi.dynamic.Resource as the SDK itself has it", async () => {
  const bob = { userId: "user-bob", role: "owner" };
  const carol = { userId: "user-carol", role: "owner" };
  const engine = await startEngine({
    program: program(bob, carol),
    refreshes: true,
    // So that configure is seen to work as well.
    env: { OPENAI_BASE_URL: undefined },
  });
  const stackFile = `Pulumi.${engine.stack}.yaml`;
  const bare = await readFile(join(engine.sandbox.folder, stackFile), "utf8");
  const config = { "openai-organization:baseUrl": engine.organization.url };
  await engine.sandbox.write(stackFile, `${bare}config: ${JSON.stringify(config)}\n`);

  expect((await engine.up()).writes.toSorted()).toEqual([
    "modify_user user-bob owner",
    "modify_user user-carol owner",
  ]);
  expect(await engine.outputs()).toEqual({ id: "user-bob", email: "bob@example.com" });

  engine.organization.users.change("user-bob", { role: "member" });
  const dan = { userId: "user-dan", role: "owner" };
  await engine.program(program({ ...bob, onDelete: "remove" }, dan));
  const { output, writes } = await engine.up("--diff");
  expect(output).toMatch(/~ role\s*: "member" => "owner"/);
  expect(writes.toSorted()).toEqual([
    "delete_user user-carol",
    "modify_user user-bob owner",
    "modify_user user-dan owner",
  ]);
});
