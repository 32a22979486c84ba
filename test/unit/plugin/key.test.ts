import * as proto from "@pulumi/pulumi/proto/provider_pb";

import { of } from "../../../provider/src/dynamic/handlers";
import { toWire } from "../../../provider/src/plugin/values";
import { CANARY } from "../../api/clientSupport";
import { endAll, endPlugins, openPlugin, urn } from "./support";

afterEach(endPlugins);
afterEach(endAll);

const DEFAULT = "urn:pulumi:dev::people::pulumi:providers:openai-organization::default";
/** Another one for each request. */
const REQUEST_ID = / \(request id .*\)$/;

/** Not the emulator's. */
const WRONG = "sk-admin-wrong-0123456789";

/** What the dynamic provider says of bob, with this stack configuration. */
async function dynamicSays(config: Readonly<Record<string, string>>): Promise<string> {
  const role = of("OrganizationUserRole");
  const get = (key: string): string | undefined => config[key];
  await role.configure({ config: { get, require: (key) => get(key) ?? "" } });
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
  ["one that cannot be one", { adminKey: `${CANARY} ` + "\u00e9" }, "adminKey is not an admin key"],
])(
  "%s fails configure, and before it the check of the settings, in the words of the dynamic provider",
  async (_what, args, told) => {
    const { call, fails, emulator } = await openPlugin();
    const { details } = await fails("configure", configure(args));
    expect(details).toContain(told);
    expect(details).not.toContain(CANARY);
    const config = Object.fromEntries(
      Object.entries(args).map(([name, value]) => [`openai-organization:${name}`, value]),
    );
    expect(await dynamicSays(config)).toContain(details.replace(REQUEST_ID, ""));

    const request = new proto.CheckRequest().setUrn(DEFAULT).setNews(toWire(args, new Set(["adminKey"])));
    const checked = await call<proto.CheckResponse>("checkConfig", request);
    expect(checked.getFailuresList().map((failure) => failure.getReason())).toEqual([details]);
    expect(emulator.requests.log()).toEqual([]);
  },
);

test("a key that the API refuses fails the first read, in the words of the dynamic provider", async () => {
  const { call, fails, emulator } = await openPlugin();
  await call("configure", configure({ adminKey: WRONG, baseUrl: emulator.url }));
  const { details } = await fails(
    "read",
    new proto.ReadRequest().setUrn(urn("OrganizationUserRole")).setId("user-bob"),
  );
  expect(details).toContain("401");
  expect(details).not.toContain(WRONG);
  expect(
    await dynamicSays({ "openai-organization:adminKey": WRONG, "openai-organization:baseUrl": emulator.url }),
  ).toContain(details.replace(REQUEST_ID, ""));
});
