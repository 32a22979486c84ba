import { startEngine } from "./engine";

/**
 * The same handlers through `pulumi.dynamic.Resource`, whose serialiser puts these methods into the state. The
 * package gives the provider text literally, so an SDK that calls handlers otherwise would show here first.
 */
const program = (args: Readonly<Record<string, unknown>>): string => `
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
  const { id, email } = new Role("bob", ${JSON.stringify(args)});
  module.exports = { id, email };
`;

test("the handlers serve pulumi.dynamic.Resource as the SDK itself has it", async () => {
  const engine = await startEngine({
    program: program({ userId: "user-bob", role: "owner" }),
    refreshes: true,
    // So that configure is seen to work as well.
    env: { OPENAI_ADMIN_KEY: undefined },
  });
  await engine.pulumi(
    "config",
    "set",
    "--secret",
    "openai-organization:adminKey",
    engine.organization.adminKey,
  );

  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  expect(await engine.outputs()).toEqual({ id: "user-bob", email: "bob@example.com" });

  engine.organization.users.change("user-bob", { role: "member" });
  const drift = await engine.fails("preview", "--diff", "--expect-no-changes");
  expect(drift.output).toMatch(/~ role\s*: "member" => "owner"/);

  await engine.program(program({ userId: "user-bob", role: "owner", onDelete: "remove" }));
  expect((await engine.up()).writes).toEqual(["modify_user user-bob owner"]);
  await engine.program(program({ userId: "user-carol", role: "owner", onDelete: "remove" }));
  expect((await engine.up()).writes).toEqual(["modify_user user-carol owner", "delete_user user-bob"]);

  await engine.program(program({ userId: "user-carol", role: "admin", onDelete: "remove" }));
  expect((await engine.fails("preview")).output).toContain("property role");
  expect((await engine.destroy()).writes).toEqual(["delete_user user-carol"]);
});
