import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { check } from "../organization/check";
import { PartlyApplied, type Difference, type Resource } from "../organization/resource";
import { RESOURCES } from "../organization/resources";
import type { Session } from "../organization/session";
import { partlyApplied, toFailures } from "./errors";
import type { ProviderProcess } from "./providerProcess";
import { nameOf, unknownToken } from "./tokens";
import { fromWire, toWire, type Properties } from "./values";

type Provider = Pick<ProviderProcess, "run" | "refreshesFirst">;

/** The calls about one resource: from the protocol to the core and back. */
export function resourceHandlers(provider: Provider) {
  return {
    async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
      const resource = request.getUrn();
      const type = typeOf(resource);
      const olds = fromWire(request.getOlds());
      const news = fromWire(request.getNews());
      const declarer = { resource, secrets: [...news.secrets] };
      const { inputs, problems } = await provider.run((session) =>
        check(session, type, declarer, olds.values, news.values),
      );
      return new proto.CheckResponse()
        .setInputs(toWire(inputs, news.secrets))
        .setFailuresList(toFailures(problems));
    },

    async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
      const state = fromWire(request.getOlds());
      const news = fromWire(request.getNews());
      const oldInputs = fromWire(request.getOldInputs());
      const told = { oldInputs: oldInputs.values, ignored: request.getIgnorechangesList() };
      const { changes, differences } = await provider.run((session) =>
        typeOf(request.getUrn()).diff(session, request.getId(), state.values, news.values, told),
      );
      return toDiff(changes, differences.map(withoutSecrets([state, news, oldInputs])));
    },

    async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
      const type = typeOf(request.getUrn());
      const { values, secrets } = fromWire(request.getProperties());
      const toState = stateToWire(type, secrets);
      if (request.getPreview()) {
        await provider.run((session) => type.foresee(session, values, undefined));
        return new proto.CreateResponse().setProperties(toState(type.preview(values, undefined)));
      }
      const { id, state } = await apply(provider, toState, (session) => type.create(session, values));
      return new proto.CreateResponse()
        .setId(id)
        .setProperties(toState(state))
        .setRefreshBeforeUpdate(provider.refreshesFirst);
    },

    async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
      const type = typeOf(request.getUrn());
      const old = fromWire(request.getProperties());
      const isImport = Object.keys(old.values).length === 0;
      const found = await provider.run((session) =>
        type.read(session, request.getId(), isImport ? undefined : old.values),
      );
      if (found === undefined) return new proto.ReadResponse();
      const secrets = new Set([...old.secrets, ...fromWire(request.getInputs()).secrets]);
      return new proto.ReadResponse()
        .setId(found.id)
        .setProperties(stateToWire(type, secrets)(found.state))
        .setInputs(toWire(found.inputs, secrets))
        .setRefreshBeforeUpdate(provider.refreshesFirst);
    },

    async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
      const type = typeOf(request.getUrn());
      const old = fromWire(request.getOlds());
      const { values, secrets } = fromWire(request.getNews());
      const toState = stateToWire(type, secrets);
      const answer = new proto.UpdateResponse().setRefreshBeforeUpdate(provider.refreshesFirst);
      if (request.getPreview()) {
        await provider.run((session) => type.foresee(session, values, old.values));
        return answer.setProperties(toState(type.preview(values, old.values)));
      }
      const state = await apply(provider, toState, (session) =>
        type.update(session, request.getId(), old.values, values, request.getIgnorechangesList()),
      );
      return answer.setProperties(toState(state));
    },

    async delete(request: proto.DeleteRequest): Promise<Empty> {
      const { values } = fromWire(request.getProperties());
      await provider.run((session) => typeOf(request.getUrn()).delete(session, request.getId(), values));
      return new Empty();
    },
  };
}

/** Makes changes; if only some were made, the engine is told which. */
function apply<T>(
  provider: Provider,
  toState: (state: object) => Struct,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  return provider.run(async (session) => {
    try {
      return await act(session);
    } catch (error) {
      throw error instanceof PartlyApplied
        ? partlyApplied(error, toState(error.properties), provider.refreshesFirst)
        : error;
    }
  });
}

/** @throws Error if the package has no such type. */
function typeOf(urn: string): Resource {
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const { [nameOf(token)]: type } = RESOURCES;
  if (type === undefined) throw unknownToken("resource type", token, Object.keys(RESOURCES));
  return type;
}

/** Puts a state on the wire; what repeats a secret input stays secret. */
function stateToWire({ names, derived }: Resource, secrets: ReadonlySet<string>): (state: object) => Struct {
  const all = secrets.has(names) ? new Set([...secrets, ...derived]) : secrets;
  return (state) => toWire(state, all);
}

/** An entry of a secret property, such as a name in a roster's members, is as secret as the whole. */
function withoutSecrets(all: readonly Properties[]): (difference: Difference) => Difference {
  return (difference) => {
    const path = propertyOf(difference.path);
    const isSecret = path !== difference.path && all.some(({ secrets }) => secrets.has(path));
    return isSecret ? { ...difference, path, kind: "update" } : difference;
  };
}

const { ADD, DELETE, UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
const KINDS = { add: ADD, delete: DELETE, update: UPDATE, replace: UPDATE_REPLACE };

function toDiff(changes: boolean, differences: readonly Difference[]): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes ? DIFF_SOME : DIFF_NONE)
    .setReplacesList(differences.filter(({ kind }) => kind === "replace").map(({ path }) => path))
    .setDiffsList([...new Set(differences.map(({ path }) => propertyOf(path)))])
    .setHasdetaileddiff(differences.length > 0);
  const details = response.getDetaileddiffMap();
  for (const { path, kind, isOfInputs } of differences) {
    details.set(path, new proto.PropertyDiff().setKind(KINDS[kind]).setInputdiff(isOfInputs));
  }
  return response;
}

/** The property that a path is in. */
function propertyOf(path: string): string {
  return path.replace(/\[.*$/s, "");
}
