import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { PartlyApplied } from "../organization/roster/applyRoster";
import { ROSTER_ID } from "../organization/roster/roster";
import type { Session } from "../organization/session";
import { PartialFailure, toFailures } from "./errors";
import type { ProviderProcess } from "./providerProcess";
import type { Difference, ResourceType } from "./resources/resource";
import { role } from "./resources/role";
import { roster } from "./resources/roster";
import { nameOf, unknownToken } from "./tokens";
import { fromWire, toWire, type Properties } from "./values";

const TYPES: Readonly<Record<string, ResourceType>> = {
  OrganizationUserRole: role,
  OrganizationRoster: roster,
};

/** The calls about one resource: from the protocol to the core and back. */
export function resourceHandlers(process: Pick<ProviderProcess, "run">) {
  return {
    async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
      const urn = request.getUrn();
      const olds = fromWire(request.getOlds());
      const news = fromWire(request.getNews());
      const isSecret = news.secrets.has("email") || news.secrets.has("members");
      const { inputs, problems } = await process.run((session) =>
        typeOf(urn).check(session, { resource: urn, isSecret }, olds.values, news.values),
      );
      return new proto.CheckResponse()
        .setInputs(toWire(inputs, news.secrets))
        .setFailuresList(toFailures(problems, news.secrets));
    },

    async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
      const state = fromWire(request.getOlds());
      const news = fromWire(request.getNews());
      const oldInputs = fromWire(request.getOldInputs());
      const { changes, differences } = await process.run((session) =>
        typeOf(request.getUrn()).diff(session, request.getId(), state.values, news.values, oldInputs.values),
      );
      return toDiff(changes, differences.map(withoutSecrets([state, news, oldInputs])));
    },

    async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
      const type = typeOf(request.getUrn());
      const { values, secrets } = fromWire(request.getProperties());
      const toState = stateToWire(type, secrets);
      if (request.getPreview()) {
        return new proto.CreateResponse().setProperties(toState(type.preview(values, undefined)));
      }
      const { id, state } = await apply(process, toState, (session) => type.create(session, values));
      return new proto.CreateResponse().setId(id).setProperties(toState(state));
    },

    async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
      const type = typeOf(request.getUrn());
      const old = fromWire(request.getProperties());
      const isImport = Object.keys(old.values).length === 0;
      const found = await process.run((session) =>
        type.read(session, request.getId(), isImport ? undefined : old.values),
      );
      if (found === undefined) return new proto.ReadResponse();
      const secrets = new Set([...old.secrets, ...fromWire(request.getInputs()).secrets]);
      return new proto.ReadResponse()
        .setId(found.id)
        .setProperties(stateToWire(type, secrets)(found.state))
        .setInputs(toWire(found.inputs, secrets));
    },

    async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
      const type = typeOf(request.getUrn());
      const old = fromWire(request.getOlds());
      const { values, secrets } = fromWire(request.getNews());
      const toState = stateToWire(type, secrets);
      const state = request.getPreview()
        ? type.preview(values, old.values)
        : await apply(process, toState, (session) =>
            type.update(session, request.getId(), old.values, values),
          );
      return new proto.UpdateResponse().setProperties(toState(state));
    },

    async delete(request: proto.DeleteRequest): Promise<Empty> {
      const { values } = fromWire(request.getProperties());
      await process.run((session) => typeOf(request.getUrn()).delete(session, request.getId(), values));
      return new Empty();
    },
  };
}

/** Makes changes; if only some were made, the engine is told which. */
function apply<T>(
  process: Pick<ProviderProcess, "run">,
  toState: (state: object) => Struct,
  act: (session: Session) => Promise<T>,
): Promise<T> {
  return process.run(async (session) => {
    try {
      return await act(session);
    } catch (error) {
      if (!(error instanceof PartlyApplied)) throw error;
      throw new PartialFailure(ROSTER_ID, toState(error.state), error.reasons.map(session.hide));
    }
  });
}

/** @throws Error if the package has no such type. */
function typeOf(urn: string): ResourceType {
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const { [nameOf(token)]: type } = TYPES;
  if (type === undefined) throw unknownToken("resource type", token, Object.keys(TYPES));
  return type;
}

/** Puts a state on the wire; what comes from a secret input stays secret. */
function stateToWire({ derived }: ResourceType, secrets: ReadonlySet<string>): (state: object) => Struct {
  const others = Object.entries(derived).filter(([, input]) => secrets.has(input));
  const all = new Set([...secrets, ...others.map(([property]) => property)]);
  return (state) => toWire(state, all);
}

/** An entry of a secret property, such as a name in a roster's members, is as secret as the whole. */
function withoutSecrets(all: readonly Properties[]): (difference: Difference) => Difference {
  return (difference) => {
    const path = propertyOf(difference.path);
    const isSecret = path !== difference.path && all.some(({ secrets }) => secrets.has(path));
    return isSecret ? { ...difference, path, kind: proto.PropertyDiff.Kind.UPDATE } : difference;
  };
}

function toDiff(changes: boolean, differences: readonly Difference[]): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const { UPDATE_REPLACE } = proto.PropertyDiff.Kind;
  const response = new proto.DiffResponse()
    .setChanges(changes ? DIFF_SOME : DIFF_NONE)
    .setReplacesList(differences.filter(({ kind }) => kind === UPDATE_REPLACE).map(({ path }) => path))
    .setDiffsList([...new Set(differences.map(({ path }) => propertyOf(path)))])
    .setHasdetaileddiff(differences.length > 0);
  const details = response.getDetaileddiffMap();
  for (const { path, kind, isOfInputs } of differences) {
    details.set(path, new proto.PropertyDiff().setKind(kind).setInputdiff(isOfInputs));
  }
  return response;
}

/** The property that a path is in. */
function propertyOf(path: string): string {
  return path.replace(/\[.*$/s, "");
}
