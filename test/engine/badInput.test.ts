import { startEngine } from "./engine";

test("up refuses a bad role for somebody who is managed already, and changes nothing", async () => {
  const engine = await startEngine({ roles: { bob: { userId: "user-bob", role: "owner" } } });
  await engine.up();
  await engine.declare({ bob: { userId: "user-bob", role: "admin" } });
  const { output, writes } = await engine.fails("up");
  expect(output).toContain('"admin"');
  expect(writes).toEqual([]);
  expect(engine.roleOf("user-bob")).toBe("owner");
});

test("importing is refused, with the advice that creating takes the person over", async () => {
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

describe("members that Pulumi's SDK would drop in silence are refused, and nobody is removed", () => {
  const OWNER = `"alice@example.com": "owner"`;
  const UNDEFINED =
    /OrganizationRoster "people": members has "bob@example\.com" with nothing behind it \(undefined\)/;
  const NO_MAP =
    /OrganizationRoster "people": members must be a plain object with a role for each email or user id, not/;

  test.each([
    ["an entry that is undefined", `{ ${OWNER}, "bob@example.com": undefined }`, UNDEFINED],
    ["an Output that is undefined", `{ ${OWNER}, "bob@example.com": pulumi.output(undefined) }`, UNDEFINED],
    ["a Promise of it", `{ ${OWNER}, "bob@example.com": Promise.resolve(undefined) }`, UNDEFINED],
    ["members that are an Output", `pulumi.output({ ${OWNER}, "bob@example.com": undefined })`, UNDEFINED],
    ["an entry that is a function", `{ ${OWNER}, "bob@example.com": () => "member" }`, /members has "bob@ex/],
    ["a Map", `new Map([["alice@example.com", "owner"]])`, NO_MAP],
    ["an Output of a Map", `pulumi.output(1).apply(() => new Map([["alice@example.com", "owner"]]))`, NO_MAP],
    ["an array", `[["alice@example.com", "owner"]]`, NO_MAP],
    ["a class instance", `new (class Team { get alice() { return "owner"; } })()`, NO_MAP],
  ])("%s", async (_what, members, message) => {
    const program = (value: string): string =>
      `new openai.OrganizationRoster("people", { members: ${value}, undeclaredOwners: "remove", undeclaredMembers: "remove" });`;
    const engine = await startEngine({
      users: [
        { id: "user-alice", email: "alice@example.com", role: "owner" },
        { id: "user-bob", email: "bob@example.com", role: "member" },
      ],
      program: program(`{ ${OWNER}, "bob@example.com": pulumi.output("member") }`),
      deployed: true,
    });
    await engine.program(program(members));
    for (const command of ["preview", "up"] as const) {
      const { output, writes } = await engine.fails(command);
      expect(output).toMatch(message);
      expect(output).not.toMatch(/^\s+at /m);
      expect(writes).toEqual([]);
    }
  });

  test("no email of secret members is shown", async () => {
    const engine = await startEngine({
      program: `new openai.OrganizationRoster("people", { members: pulumi.secret({ "bob@example.com": undefined }) });`,
    });
    const { output } = await engine.fails("preview");
    expect(output).toContain("members has an entry with nothing behind it");
    expect(output).not.toContain("bob@example.com");
  });
});
