import { startEngine } from "./engine";

interface Case {
  readonly input: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The property, what was given, and what is allowed. */
  readonly named: readonly string[];
}

const CASES: readonly Case[] = [
  {
    input: "neither userId nor email",
    args: { role: "owner" },
    named: ["property userId", "email", "neither"],
  },
  {
    input: "both userId and email",
    args: { userId: "user-bob", email: "bob@example.com", role: "owner" },
    named: ["property userId", "{user-bob}", '"bob@example.com"', "either userId or email"],
  },
  {
    input: "a blank userId",
    args: { userId: "  ", role: "owner" },
    named: ["property userId", "{  }", "must not be blank"],
  },
  {
    input: "a userId that is a path",
    args: { userId: "..", role: "owner" },
    named: ["property userId", '".."', "must be a user id"],
  },
  {
    input: "an email without @",
    args: { email: "bob", role: "owner" },
    named: ["property email", '"bob"', "alice@example.com"],
  },
  {
    input: "a role that does not exist",
    args: { userId: "user-bob", role: "admin" },
    named: ["property role", '"admin"', '"owner"', '"member"', '"reader"'],
  },
  {
    input: "no role",
    args: { userId: "user-bob" },
    named: ["property role", "there is none", '"owner"', '"member"', '"reader"'],
  },
  {
    input: "an onDelete that does not exist",
    args: { userId: "user-bob", role: "owner", onDelete: "deleteUser" },
    named: ["property onDelete", '"deleteUser"', '"remove"', '"demote"', '"retain"'],
  },
  {
    input: "a property that does not exist",
    args: { userId: "user-bob", role: "owner", ondelete: "retain" },
    named: ["property ondelete", "{retain}", "no property", "userId, email, role, onDelete"],
  },
  {
    input: "several mistakes at once",
    args: { email: "bob", role: "admin", onDelete: "delete", colour: "red" },
    named: ["property email", "property role", "property onDelete", "property colour"],
  },
];

test.each(CASES)("preview refuses $input before anything is sent, and says what is allowed", async (bad) => {
  const engine = await startEngine({ roles: { bob: bad.args } });
  const { output, requests } = await engine.fails("preview");
  for (const part of bad.named) expect(output).toContain(part);
  expect(output).toContain("bob");
  expect(requests).toEqual([]);
});

test("up refuses a bad role of somebody who is managed already, and changes nothing", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "owner" } } });
  await engine.up();
  await engine.declare({ bob: { userId: "user-bob", role: "admin" } });
  const { output, writes } = await engine.fails("up");
  expect(output).toContain('"admin"');
  expect(writes).toEqual([]);
  expect(engine.roleOf("user-bob")).toBe("owner");
});

test("importing is refused with the advice that creating takes the person over", async () => {
  const engine = await startEngine({
    program: `new openai.OrganizationUserRole(
      "bob", { userId: "user-bob", role: "owner" }, { import: "user-bob" });`,
  });
  const { output, requests } = await engine.fails("preview");
  expect(output).toContain('"bob" cannot be imported');
  expect(output).toContain("creating the resource takes over");
  expect(output).not.toMatch(/^\s+at /m);
  expect(requests).toEqual([]);

  // The engine asks nobody before its own part of the provider fails.
  const type = "pulumi-nodejs:dynamic/openai:OrganizationUserRole";
  const command = await engine.tries(["import", type, "bob", "user-bob", "--yes"]);
  expect(command.output).toContain("Cannot read properties of undefined");
  expect(command.requests).toEqual([]);
});
