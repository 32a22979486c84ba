import * as proto from "@pulumi/pulumi/proto/provider_pb";

import { configuration, problemsOf } from "../../../provider/src/plugin/configuration";
import { fromWire, toWire } from "../../../provider/src/plugin/values";
import { CANARY } from "../../api/clientSupport";
import { endAll, endPlugins, openPlugin, urn } from "./support";
import { of } from "../../../provider/src/dynamic/handlers";
import { configuration as dynamicConfiguration } from "../dynamic/support";

const environment = { ...process.env };

afterEach(() => {
  process.env = { ...environment };
  endPlugins();
});
afterEach(endAll);

const PROVIDER = "pulumi:providers:openai-organization";

function providerUrn(name: string, type = PROVIDER): string {
  return `urn:pulumi:dev::people::${type}::${name}`;
}

test.each([
  ["default", undefined, true],
  ["default_https_/example.com/plugins", undefined, true],
  ["default_0_1_0", "0.1.0", true],
  ["default_0_1_0_alpha_1", "0.1.0-alpha.1", true],
  ["default_0_1_0_https_/example.com/plugins", "0.1.0", true],
  ["default", "0.1.0", false],
  ["default_0_1_0", undefined, false],
  ["default_0_1_0", "0.2.0", false],
  ["default-eu", undefined, false],
  ["default_eu", undefined, false],
  ["default_0_1_0_eu", "0.1.0", false],
  ["defaults", undefined, false],
  ["research", "0.1.0", false],
])("a provider called %s, of version %s, is the engine's own: %s", (name, version, isDefault) => {
  expect(configuration(providerUrn(name), { version }).isDefault).toBe(isDefault);
  // The engine's own is no part of a component.
  expect(configuration(providerUrn(name, `my:index:Team$${PROVIDER}`), { version }).isDefault).toBe(false);
});

test("a provider that is called as the engine's own, but has other settings than the stack, is refused", () => {
  process.env.OPENAI_ADMIN_KEY = CANARY;
  process.env.PULUMI_CONFIG = JSON.stringify({ minOwners: "2" });
  const problems = (values: object) => problemsOf(configuration(providerUrn("default"), { ...values }));
  expect(problems({ minOwners: "2" })).toEqual([]);
  const reason = 'A provider must not be called "default": Pulumi calls its own default provider that.';
  for (const values of [{}, { minOwners: "3" }, { minOwners: "2", adminKey: CANARY }])
    expect(problems(values)).toEqual([{ property: "", reason }]);
});

test("an argument that a provider does not have is refused, with the nearest, and its value is not shown", async () => {
  const { failures } = await openPlugin();
  const news = { adminKeyVariable: "HOME", adminKye: CANARY };
  expect(await failures("checkConfig", providerUrn("research"), news)).toEqual([
    { property: "", reason: 'There is no argument "adminKye". Did you mean adminKey?' },
  ]);
});

test("the admin key of the stack configuration as plain text serves a refresh, and is refused to a program", async () => {
  const { call, fails, emulator } = await openPlugin();
  const news = toWire({ adminKey: emulator.adminKey, baseUrl: emulator.url });
  const request = new proto.CheckRequest().setUrn(providerUrn("default")).setNews(news);
  const answer = await call<proto.CheckResponse>("checkConfig", request);
  expect(answer.getFailuresList()).toEqual([]);
  const args = answer.getInputs();
  // The engine would make it a secret if it had been one before.
  expect([...fromWire(args).secrets]).toEqual(["adminKey"]);
  await call("configure", new proto.ConfigureRequest().setUrn(providerUrn("default")).setArgs(args));

  const role = urn("OrganizationUserRole");
  await call("read", new proto.ReadRequest().setUrn(role).setId("user-000001"));
  emulator.requests.reset();
  const check = new proto.CheckRequest()
    .setUrn(role)
    .setNews(toWire({ userId: "user-000001", role: "owner" }));
  const invoke = new proto.InvokeRequest().setTok("openai-organization:index:getOrganizationUsers");
  for (const failure of [fails("check", check), fails("invoke", invoke)])
    expect((await failure).details).toContain("holds the admin key as plain text");
  expect(emulator.requests.log()).toEqual([]);
});

afterEach(endPlugins);

const DEFAULT = "urn:pulumi:dev::people::pulumi:providers:openai-organization::default";
/** Another one for each request. */
const REQUEST_ID = / \(request id .*\)$/;

/** Not the emulator's. */
const WRONG = "sk-admin-wrong-0123456789";

/** What the dynamic provider says of bob, with this stack configuration. */
async function dynamicSays(settings: object): Promise<string> {
  const role = of("OrganizationUserRole");
  await role.configure(dynamicConfiguration(settings));
  return role.read("user-bob").then(
    () => "nothing",
    (error: unknown) => (error as Error).message.replace(REQUEST_ID, ""),
  );
}

function configure(args: object): proto.ConfigureRequest {
  return new proto.ConfigureRequest().setUrn(DEFAULT).setArgs(toWire(args, new Set(["adminKey"])));
}

test.each([
  ["no key", {}, "There is no OpenAI admin key."],
  ["one that cannot be one", { adminKey: `${CANARY} \u00e9` }, "adminKey is not an admin key"],
])(
  "%s fails configure, and the check of the settings, in the words of the dynamic provider",
  async (_, args, told) => {
    const { fails, failures, emulator } = await openPlugin();
    const { details } = await fails("configure", configure(args));
    expect(details).toContain(told);
    expect(details).not.toContain(CANARY);
    expect(await dynamicSays(args)).toContain(details);
    expect(await failures("checkConfig", DEFAULT, args)).toEqual([{ property: "", reason: details }]);
    expect(emulator.requests.log()).toEqual([]);
  },
);

test("a key that the API refuses fails the first read, in the words of the dynamic provider", async () => {
  const { call, fails, emulator } = await openPlugin();
  const args = { adminKey: WRONG, baseUrl: emulator.url };
  await call("configure", configure(args));
  const read = new proto.ReadRequest().setUrn(urn("OrganizationUserRole")).setId("user-bob");
  const { details } = await fails("read", read);
  expect(details).toContain("401");
  expect(details).not.toContain(WRONG);
  expect(await dynamicSays(args)).toContain(details.replace(REQUEST_ID, ""));
});
