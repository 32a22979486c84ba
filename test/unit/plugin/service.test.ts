import { status } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

import { UNKNOWN } from "../../../provider/src/organization/inputs";
import { fromWire, toWire } from "../../../provider/src/plugin/values";
import { endAll, endPlugins, openPlugin, urn, type Method } from "./support";

afterEach(endPlugins);
afterEach(endAll);

const ROLE = urn("OrganizationUserRole", "bob");
const BOB = { userId: "user-bob", email: "bob@example.com", name: "Bob", addedAt: 1 };

const RESOURCES = ["OrganizationUserRole", "OrganizationRoster", "ProjectRoster"].map(
  (name) => `openai-organization:index:${name}`,
);

describe("what there is not", () => {
  test.each<[string, Method, object, number, string]>([
    [
      "a resource type is named, and those that there are",
      "check",
      new proto.CheckRequest().setUrn(urn("OrganizationGroup")),
      status.UNKNOWN,
      'There is no resource type "openai-organization:index:OrganizationGroup" in this version of the provider. There ' +
        `are: ${RESOURCES.join(", ")}.`,
    ],
    [
      "a data source is named",
      "invoke",
      new proto.InvokeRequest().setTok("openai-organization:index:getGroups"),
      status.UNKNOWN,
      'There is no function "openai-organization:index:getGroups"',
    ],
    [
      "a call that Pulumi may add is answered as not implemented",
      "construct",
      new proto.ConstructRequest(),
      status.UNIMPLEMENTED,
      "",
    ],
  ])("%s", async (_what, method, request, code, says) => {
    const { fails } = await openPlugin();
    const error = await fails(method, request);
    expect(error.code).toBe(code);
    expect(error.details).toContain(says);
  });

  test("an argument of a data source is named", async () => {
    const { call, emulator } = await openPlugin();
    const request = new proto.InvokeRequest().setTok("openai-organization:index:getOrganizationUser");
    const answer = await call<proto.InvokeResponse>("invoke", request.setArgs(toWire({ user: "bob" })));
    expect(answer.getFailuresList().map((failure) => failure.toObject())).toEqual([
      { property: "user", reason: 'There is no property "user". There are: userId, email.' },
    ]);
    expect(emulator.requests.log()).toEqual([]);
  });

  test("a property of a resource is named, beside everything else that is wrong", async () => {
    const { failures } = await openPlugin();
    expect(await failures("check", ROLE, { userId: "user-bob", email: "b@c.de", colour: "red" })).toEqual(
      ["userId", "role", "colour"].map((property) => expect.objectContaining({ property }) as unknown),
    );
  });
});

test.each([
  ["known of a new person", {}, { userId: UNKNOWN, name: UNKNOWN, addedAt: UNKNOWN }],
  ["in the state of a person who is there, and the new role", { ...BOB, role: "member" }, BOB],
])("a preview promises what is %s, and sends nothing", async (_what, state, known) => {
  const { call, emulator } = await openPlugin();
  const news = { email: "bob@example.com", role: "owner", onDelete: "remove" };
  const create = new proto.CreateRequest().setUrn(ROLE).setPreview(true).setProperties(toWire(news));
  const update = new proto.UpdateRequest().setUrn(ROLE).setPreview(true).setNews(toWire(news));
  const answer = await ("userId" in state
    ? call<proto.UpdateResponse>("update", update.setId(state.userId).setOlds(toWire(state)))
    : call<proto.CreateResponse>("create", create));
  expect(fromWire(answer.getProperties()).values).toEqual({ ...known, ...news });
  expect(emulator.requests.log()).toEqual([]);
});

test("providers are never replaced, as all their people would be", async () => {
  const { call } = await openPlugin();
  const request = new proto.DiffRequest().setOlds(toWire({ baseUrl: "https://one.example" }));
  request.setNews(toWire({ adminKey: "sk-admin-2" }));
  const changes = proto.DiffResponse.DiffChanges.DIFF_UNKNOWN;
  const answer = await call<proto.DiffResponse>("diffConfig", request);
  expect(answer.toObject()).toMatchObject({ replacesList: [], changes });
});
