import type * as pulumi from "@pulumi/pulumi";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { ResourceHandlers } from "../provider/src/dynamic/resourceHandlers";
import { HIDDEN_INPUT, readHidden } from "../provider/src/engine/hiddenInput";
import { RESOURCES } from "../provider/src/organization/resources";
import type { Session } from "../provider/src/organization/session";
import { toStatus } from "../provider/src/plugin/errors";
import { resourceHandlers } from "../provider/src/plugin/resourceHandlers";

export type Properties = Readonly<Record<string, unknown>>;

/** The handlers of one type of resource, as the SDK's dynamic provider calls them. */
export interface Handlers {
  readonly check: (olds: object, news: object) => Promise<pulumi.dynamic.CheckResult<Properties>>;
  readonly diff: (id: string, olds: object, news: object) => Promise<pulumi.dynamic.DiffResult>;
  readonly create: (inputs: object) => Promise<pulumi.dynamic.CreateResult<Properties>>;
  readonly read: (id: string, props?: object) => Promise<pulumi.dynamic.ReadResult<Properties>>;
  readonly update: (
    id: string,
    olds: object,
    news: object,
  ) => Promise<pulumi.dynamic.UpdateResult<Properties>>;
  readonly delete: (id: string, props: object) => Promise<void>;
}

/** The handlers of a process, by the type of resource. */
export type HandlersOfProcess = Readonly<Record<"role" | "roster" | "project", Handlers>>;

/** Ways from the engine to the core. */
export const DOORS = ["dynamic", "plugin"] as const;

export type Door = (typeof DOORS)[number];

/** The handlers behind a door, so that one test can hold for both. */
export function handlersOf(door: Door, session: Session): HandlersOfProcess {
  if (door === "plugin") {
    return {
      role: throughPlugin(session, "OrganizationUserRole"),
      roster: throughPlugin(session, "OrganizationRoster"),
      project: throughPlugin(session, "ProjectRoster"),
    };
  }
  return {
    role: throughDynamic(session, "OrganizationUserRole"),
    roster: throughDynamic(session, "OrganizationRoster"),
    project: throughDynamic(session, "ProjectRoster"),
  };
}

function throughDynamic(session: Session, type: string): Handlers {
  const resource = RESOURCES[type];
  if (resource === undefined) throw new Error(type);
  // What the engine hands to handlers comes from JSON, whatever types they have.
  return new ResourceHandlers(resource, () => session) as unknown as Handlers;
}

/** Puts the plugin's messages in the place of arguments and answers. */
function throughPlugin(session: Session, type: string): Handlers {
  const plugin = resourceHandlers({ run: (act) => session.run(act), refreshesFirst: false });
  const urn = (name = "resource"): string =>
    `urn:pulumi:dev::people::openai-organization:index:${type}::${name}`;
  return {
    check: (olds, news) =>
      asThrown(async () => {
        const request = new proto.CheckRequest().setUrn(urn(nameIn(news)));
        const answer = await plugin.check(request.setOlds(struct(olds)).setNews(struct(news)));
        const failures = answer.getFailuresList().map((failure) => failure.toObject());
        return { inputs: plain(answer.getInputs()), failures };
      }),
    diff: (id, olds, news) =>
      asThrown(async () => {
        const request = new proto.DiffRequest().setUrn(urn()).setId(id);
        const answer = await plugin.diff(request.setOlds(struct(olds)).setNews(struct(news)));
        const changes = answer.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME;
        return { changes, replaces: answer.getReplacesList() };
      }),
    create: (inputs) =>
      asThrown(async () => {
        const request = new proto.CreateRequest().setUrn(urn());
        const answer = await plugin.create(request.setProperties(struct(inputs)));
        return { id: answer.getId(), outs: plain(answer.getProperties()) };
      }),
    read: (id, props = {}) =>
      asThrown(async () => {
        const request = new proto.ReadRequest().setUrn(urn()).setId(id);
        const answer = await plugin.read(request.setProperties(struct(props)));
        if (answer.getId() === "") return {};
        return {
          id: answer.getId(),
          props: plain(answer.getProperties()),
          inputs: plain(answer.getInputs()),
        };
      }),
    update: (id, olds, news) =>
      asThrown(async () => {
        const request = new proto.UpdateRequest().setUrn(urn()).setId(id);
        const answer = await plugin.update(request.setOlds(struct(olds)).setNews(struct(news)));
        return { outs: plain(answer.getProperties()) };
      }),
    delete: (id, props) =>
      asThrown(async () => {
        const request = new proto.DeleteRequest().setUrn(urn()).setId(id);
        await plugin.delete(request.setProperties(struct(props)));
      }),
  };
}

/** What programs behind the other door say beside their arguments, the plugin learns from the URN. */
function nameIn(news: object): string | undefined {
  return readHidden(news as Properties).resource?.replace(/#.*$/s, "");
}

function struct(given: object): Struct {
  const properties = Object.entries(given).filter(([name]) => name !== "__provider" && name !== HIDDEN_INPUT);
  return Struct.fromJavaScript(Object.fromEntries(properties));
}

function plain(properties: Struct | undefined): Properties {
  return properties?.toJavaScript() ?? {};
}

/** Errors as the engine understands the plugin's. */
async function asThrown<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { details, metadata } = toStatus(error);
    const told = new Error(details);
    const [whole] = metadata?.get("grpc-status-details-bin") ?? [];
    if (whole === undefined) throw told;
    const [any] = Status.deserializeBinary(whole as Buffer).getDetailsList();
    const failed = ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
    const [id, reasons] = [failed.getId(), failed.getReasonsList()];
    throw Object.assign(told, { id, properties: plain(failed.getProperties()), reasons });
  }
}
