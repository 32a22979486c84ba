import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

/** The properties of a resource, as the engine has them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What the engine said of one resource of this package, in the course of a preview with refresh. */
export interface Observed {
  readonly urn: string;
  readonly kind: "role" | "roster";
  /** Whether the resource is of another organization than the settings name: one of an OrganizationProvider. */
  readonly ofAnotherOrganization: boolean;
  /** The inputs as the last update left them; undefined where the state does not have the resource. */
  deployed?: Properties;
  /** The outputs as the last update left them. */
  outputs?: Properties;
  /** The inputs that would match the organization, as read answers them; null where the person is gone. */
  actual?: Properties | null;
  /** The inputs that the program declares; null where it no longer has the resource; undefined where nobody knows. */
  program?: Properties | null;
}

/** An error of the engine or a handler. */
export interface EngineFailure {
  readonly urn: string | undefined;
  readonly message: string;
}

/** What a preview told. */
export interface Observation {
  readonly resources: readonly Observed[];
  readonly failures: readonly EngineFailure[];
}

const KINDS = new Map<string, Observed["kind"]>([
  ["pulumi-nodejs:dynamic/openai:OrganizationUserRole", "role"],
  ["pulumi-nodejs:dynamic/openai:OrganizationRoster", "roster"],
]);

/** How the engine refers to the provider of resources that name none. */
const DEFAULT_PROVIDER = /::default(_\w+)?::[^:]*$/;

/** The logical name of a resource. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Which of this package's resources one is, in a component or not; undefined where it is another's. */
function kindOf(urn: string): Observed["kind"] | undefined {
  return KINDS.get(urn.split("::")[2]?.split("$").at(-1) ?? "");
}

/** The rosters that failed before they were ever deployed: the engine says nothing more of them. */
export function neverDeployed({ resources, failures }: Observation): string[] {
  const known = new Set(resources.map(({ urn }) => urn));
  return failures.flatMap(({ urn }) =>
    urn !== undefined && !known.has(urn) && kindOf(urn) === "roster" ? [nameOf(urn)] : [],
  );
}

/** Puts together what the engine's events say of this package's resources. */
export function observe(events: readonly EngineEvent[]): Observation {
  const resources = new Map<string, Observed>();
  const failures: EngineFailure[] = [];
  for (const { resourcePreEvent, resOutputsEvent, diagnosticEvent } of events) {
    if (diagnosticEvent?.severity === "error") {
      failures.push({ urn: diagnosticEvent.urn, message: diagnosticEvent.message });
    }
    const step = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    const kind = step && kindOf(step.urn);
    if (step === undefined || kind === undefined) continue;
    const resource = resources.get(step.urn) ?? {
      urn: step.urn,
      kind,
      ofAnotherOrganization: !DEFAULT_PROVIDER.test(step.provider),
    };
    resources.set(step.urn, resource);
    if (step.op === "refresh") {
      if (resOutputsEvent !== undefined) takeRefresh(resource, step);
    } else takeStep(resource, step);
  }
  return { resources: [...resources.values()], failures };
}

function takeRefresh(resource: Observed, { old, new: now }: StepEventMetadata): void {
  if (old !== undefined) {
    resource.deployed = old.inputs;
    resource.outputs = old.outputs;
  }
  resource.actual = now?.inputs ?? null;
}

/** A replacement is told in several steps; the one that deletes says nothing of the program. */
function takeStep(resource: Observed, { op, new: now }: StepEventMetadata): void {
  if (op === "delete") resource.program ??= null;
  else if (now != null) resource.program = now.inputs;
}
