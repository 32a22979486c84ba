import { Metadata, status, type StatusObject } from "@grpc/grpc-js";
import { CheckFailure, ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

import type { Problem } from "../organization/inputs";
import { inThisPackage } from "./configuration";

/** Some of a change was applied: the engine keeps what the resource is now, and lists the reasons. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly properties: Struct,
    readonly reasons: readonly string[],
  ) {
    super(reasons.join(" "));
  }
}

/** An error as the engine is told it: the message, and no stack. */
export function toStatus(error: unknown): Partial<StatusObject> {
  const details = inThisPackage(error instanceof Error ? error.message : String(error));
  const metadata = new Metadata();
  if (error instanceof PartialFailure) metadata.add("grpc-status-details-bin", detailsOf(error));
  return { code: status.UNKNOWN, details, metadata };
}

function detailsOf({ id, properties, reasons, message }: PartialFailure): Buffer {
  const failed = new ErrorResourceInitFailed();
  failed.setId(id).setProperties(properties).setReasonsList(reasons.map(inThisPackage));
  const any = new Any();
  any.pack(failed.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const whole = new Status();
  whole.setCode(status.UNKNOWN).setMessage(message).addDetails(any);
  return Buffer.from(whole.serializeBinary());
}

/** Problems as the engine is told them. It prints the value of the property that is named, even a secret one. */
export function toFailures(
  problems: readonly Problem[],
  secrets: ReadonlySet<string> = new Set(),
): CheckFailure[] {
  return problems.map(({ property, reason }) =>
    new CheckFailure().setProperty(secrets.has(property) ? "" : property).setReason(inThisPackage(reason)),
  );
}
