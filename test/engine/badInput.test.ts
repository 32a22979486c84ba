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
