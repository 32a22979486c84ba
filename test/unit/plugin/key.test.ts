import * as proto from "@pulumi/pulumi/proto/provider_pb";

import { of } from "../../../provider/src/dynamic/handlers";
import { toWire } from "../../../provider/src/plugin/values";
import { CANARY } from "../../api/clientSupport";
import { configuration } from "../dynamic/support";
import { endAll, endPlugins, openPlugin, urn } from "./support";

afterEach(endPlugins);
afterEach(endAll);

const DEFAULT = "urn:pulumi:dev::people::pulumi:providers:openai-organization::default";
/** Another one for each request. */
const REQUEST_ID = / \(request id .*\)$/;

/** Not the emulator's. */
const WRONG = "sk-admin-wrong-0123456789";

/** What the dynamic provider says of bob, with this stack configuration. */
async function dynamicSays(settings: object): Promise<string> {
  const role = of("OrganizationUserRole");
  await role.configure(configuration(settings));
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
