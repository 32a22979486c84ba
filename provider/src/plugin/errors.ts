import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import { CheckFailure, ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

import type { Problem } from "../organization/inputs";
import type { PartlyApplied } from "../organization/resource";

/** An error as the engine is told it: the message, and no stack. */
export function toStatus(error: unknown): Partial<StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const { metadata } = error as Partial<StatusObject>;
  return { code: status.UNKNOWN, details, ...(metadata && { metadata }) };
}

/** The error that tells the engine to keep what a resource is now. It lists the reasons. */
export function partlyApplied(
  { id, reasons, message }: PartlyApplied,
  properties: Struct,
  refreshesFirst: boolean,
): Error {
  const failed = new ErrorResourceInitFailed();
  failed
    .setId(id)
    .setProperties(properties)
    .setRefreshBeforeUpdate(refreshesFirst)
    .setReasonsList([...reasons]);
  const any = new Any();
  any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(status.UNKNOWN).setMessage(message).addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(whole.serializeBinary()));
  return Object.assign(new Error(message), { metadata });
}

/** Problems as the engine is told them. It prints the value of the property that is named, even a secret one. */
export function toFailures(
  problems: readonly Problem[],
  secrets: ReadonlySet<string> = new Set(),
): CheckFailure[] {
  return problems.map(({ property, reason }) =>
    new CheckFailure().setProperty(secrets.has(property) ? "" : property).setReason(reason),
  );
}
