import { of } from "../../../provider/src/dynamic/handlers";
import { CANARY, closeAll, start } from "../../api/clientSupport";
import { configuration } from "./support";

const environment = { ...process.env };

afterEach(async () => {
  process.env = { ...environment };
  jest.restoreAllMocks();
  await closeAll();
});

test("the handlers of a process share one organization once it is configured", async () => {
  const lines: unknown[] = [];
  jest.spyOn(console, "log").mockImplementation((line) => lines.push(line));
  const { url, requests } = await start({ users: 3 });
  const role = of("OrganizationUserRole");
  const roster = of("OrganizationRoster");
  expect(of("OrganizationUserRole")).toBe(role);
  expect(of("OrganizationRoster")).toBe(roster);
  expect(() => of("Nothing")).toThrow('has no resource "Nothing"');
  await expect(role.read("user-000001")).rejects.toThrow("There is no OpenAI admin key.");

  await role.configure(configuration({ adminKey: "no key" }));
  await expect(role.read("user-000001")).rejects.toThrow("openai-organization:adminKey is not an admin key");
  await roster.configure(configuration({ adminKey: CANARY, baseUrl: url }));
  expect(await role.read("user-000001")).toMatchObject({ id: "user-000001" });
  expect(await roster.read("roster", { members: { "user-000001": "member" } })).toHaveProperty(
    "id",
    "roster",
  );
  // The roster's listing answers for the role by now.
  expect(await role.read("user-000002")).toMatchObject({ id: "user-000002" });
  expect(requests.counts()).toMatchObject({ retrieve_user: 1, list_users: 1 });

  await roster.delete("roster", { members: {} });
  expect(lines).toEqual(["The roster is no longer managed; nobody's role was changed."]);
});
