import { status } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

import { UNKNOWN } from "../../../provider/src/organization/inputs";
import { fromWire, toWire } from "../../../provider/src/plugin/values";
import { endAll, endPlugins, openPlugin, urn, type Method, type Plugin } from "./support";

afterEach(endPlugins);
afterEach(endAll);

const ROLE = urn("OrganizationUserRole", "bob");
const ROSTER = urn("OrganizationRoster", "people");
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

test("a roster of many people that was applied in part says so, and what has become of it", async () => {
  // plugin/large has thousands on the real engine.
  const { fails, emulator } = await openPlugin({ users: 400 });
  const people = Object.fromEntries(emulator.users.all().map(({ id, role }) => [id, role]));
  const members = { ...people, "user-000002": "owner", "user-000004": "owner" };
  const fault = { kind: "status", status: 400 } as const;
  emulator.inject({ userId: "user-000004", operation: "modify_user", fault });
  const properties = toWire({ members, undeclaredOwners: "error", undeclaredMembers: "ignore" });
  const error = await fails("create", new proto.CreateRequest().setUrn(ROSTER).setProperties(properties));

  expect(error.details).toContain('Could not promote "user4@example.com" ("user-000004")');
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  const [any] = Status.deserializeBinary(bytes as Buffer).getDetailsList();
  const failed = any?.unpack(
    (value) => proto.ErrorResourceInitFailed.deserializeBinary(value),
    "pulumirpc.ErrorResourceInitFailed",
  );
  expect(failed?.getId()).toBe("roster");
  expect(failed?.getReasonsList()).toHaveLength(1);
  expect(fromWire(failed?.getProperties()).values.members).toEqual({ ...members, "user-000004": "member" });
});

const END: Readonly<Record<string, (plugin: Plugin) => unknown>> = {
  "cancel, which also comes at a normal end": ({ call }) => call("cancel", new Empty()),
  "the engine has ended"({ engineEnds }) {
    engineEnds.abort();
  },
};

test.each(Object.entries(END))("after %s, nothing more is sent", async (_what, end) => {
  const plugin = await openPlugin({ users: 4 });
  for (let times = 0; times < 2; times++) await end(plugin);
  const read = new proto.ReadRequest().setUrn(ROLE).setId("user-000001");
  expect((await plugin.fails("read", read)).details).toContain("was not sent: Pulumi was interrupted");
  expect(plugin.emulator.requests.log()).toEqual([]);
});

test("providers are never replaced, as all their people would be", async () => {
  const { call } = await openPlugin();
  const request = new proto.DiffRequest().setOlds(toWire({ baseUrl: "https://one.example" }));
  request.setNews(toWire({ adminKey: "sk-admin-2" }));
  const changes = proto.DiffResponse.DiffChanges.DIFF_UNKNOWN;
  const answer = await call<proto.DiffResponse>("diffConfig", request);
  expect(answer.toObject()).toMatchObject({ replacesList: [], changes });
});
