import { parseChange, parseMoreInvites, type AccessChange } from "../../organization/changeLine";
import { parseLine, type Line } from "../../organization/lines";
import type { Who } from "./rows";

/** The properties of a resource, as the engine has them. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource as an event of the engine shows it. */
export interface ResourceState {
  readonly inputs?: Properties;
  readonly outputs?: Properties;
  /** What the last update left undone. */
  readonly initErrors?: readonly string[];
  /** Which of the providers it belongs to. */
  readonly provider?: string;
  /** Whether deleting it leaves the person alone: the resource option. */
  readonly retainOnDelete?: boolean;
}

interface StepEvent {
  readonly metadata: {
    readonly op: string;
    readonly urn: string;
    readonly old?: ResourceState | null;
    readonly new?: ResourceState | null;
  };
}

/** The parts of an engine event that are used. */
export interface EngineEvent {
  /** The engine begins a step. */
  readonly resourcePreEvent?: StepEvent;
  /** It has ended one. */
  readonly resOutputsEvent?: StepEvent;
  readonly diagnosticEvent?: { readonly severity: string; readonly urn?: string; readonly message: string };
  readonly summaryEvent?: object;
}

/** What the engine said about one resource of this package, during a preview with refresh. */
export interface Observed {
  readonly urn: string;
  /** A roster is the organization's or a project's. */
  readonly kind: "role" | "roster";
  /** As the last update left it; undefined if the state does not have the resource. */
  deployed?: ResourceState | undefined;
  /** As read returns it; null if the person is gone; undefined if it could not be read. */
  actual?: ResourceState | null;
  /** The inputs that the program declares; null if it no longer has the resource; undefined if that is unknown. */
  declared?: Properties | null;
  /** What the engine would do about it, such as `update`; undefined if nothing. */
  change?: string;
  /** Which of the providers it belongs to, in the program. */
  provider?: string | undefined;
  /** What the engine would delete, as it is. A replacement deletes, too. */
  readonly deleted?: ResourceState[];
}

/** An error of the engine or a handler. */
export interface EngineFailure {
  readonly urn: string | undefined;
  readonly message: string;
}

/** What a preview, or an update, has reported. */
export interface Observation {
  readonly resources: readonly Observed[];
  readonly failures: readonly EngineFailure[];
  readonly warnings: readonly string[];
  /** What an update would do to people, as the resources say it, and without what they have hidden. */
  readonly plans: readonly AccessChange[];
  /** How many invitations as member are planned beside those. */
  readonly moreInvites: number;
  /** What was done to people, in the same way. */
  readonly made: readonly AccessChange[];
  /** Whether the preview, or the update, came to its end. */
  readonly ended: boolean;
}

const KINDS = new Map<string, Observed["kind"]>([
  ["pulumi-nodejs:dynamic/openai:OrganizationUserRole", "role"],
  ["pulumi-nodejs:dynamic/openai:OrganizationRoster", "roster"],
  ["pulumi-nodejs:dynamic/openai:ProjectRoster", "roster"],
  ["openai-organization:index:OrganizationUserRole", "role"],
  ["openai-organization:index:OrganizationRoster", "roster"],
  ["openai-organization:index:ProjectRoster", "roster"],
]);

/** The logical name of a resource. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * Which of this package's resources a type is, inside a component or not; undefined for another package's.
 */
function kindOf(urn: string): Observed["kind"] | undefined {
  return KINDS.get(urn.split("::")[2]?.split("$").at(-1) ?? "");
}

/** A property that is text; undefined if it is anything else. */
export function textIn(properties: Properties, property: string): string | undefined {
  const value = properties[property];
  return typeof value === "string" ? value : undefined;
}

/** The person of an OrganizationUserRole. */
export function personIn(properties: Properties): Who {
  const [userId, email, name] = ["userId", "email", "name"].map((property) => textIn(properties, property));
  return { userId, email, name };
}

/** Collects what the engine's events say about this package's resources. */
export function observe(events: readonly EngineEvent[]): Observation {
  const resources = new Map<string, Observed>();
  const failures: EngineFailure[] = [];
  const reported: Reported = { warnings: [], plans: [], made: [], moreInvites: 0 };
  let ended = false;
  for (const { resourcePreEvent, resOutputsEvent, diagnosticEvent, summaryEvent } of events) {
    if (summaryEvent !== undefined) ended = true;
    if (diagnosticEvent !== undefined) {
      const { severity, urn, message } = diagnosticEvent;
      if (severity === "error") failures.push({ urn, message });
      else if (severity === "warning") reported.warnings.push(message.trim());
      // What a provider process prints reaches the events as information, many lines at once.
      else for (const line of message.split("\n").map(parseLine)) takeLine(line, reported);
    }
    const step = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    const kind = step && kindOf(step.urn);
    if (step === undefined || kind === undefined) continue;
    const resource = resources.get(step.urn) ?? { urn: step.urn, kind, deleted: [] };
    resources.set(step.urn, resource);
    if (step.op === "refresh") {
      resource.deployed = step.old ?? undefined;
      // Before the read, the engine says that nothing changes.
      if (resOutputsEvent !== undefined) resource.actual = step.new ?? null;
    } else {
      takeStep(resource, step);
      if (resourcePreEvent !== undefined && DELETES.includes(step.op) && step.old != null)
        resource.deleted?.push(step.old);
    }
  }
  return { resources: [...resources.values()], failures, ...reported, ended };
}

const DELETES: readonly string[] = ["delete", "delete-replaced"];

/** What lines say, as it comes. */
interface Reported {
  readonly warnings: string[];
  readonly plans: AccessChange[];
  readonly made: AccessChange[];
  moreInvites: number;
}

function takeLine({ kind, text }: Line, reported: Reported): void {
  if (kind === "warning") {
    reported.warnings.push(text);
    return;
  }
  const change = parseChange(text);
  if (change !== undefined) (kind === "plan" ? reported.plans : reported.made).push(change);
  else if (kind === "plan") reported.moreInvites += parseMoreInvites(text);
}

/** A replacement is several steps; the one that deletes says nothing about the program. */
function takeStep(resource: Observed, { op, new: now }: StepEvent["metadata"]): void {
  if (op !== "same") resource.change = op;
  if (op === "delete") resource.declared ??= null;
  else if (now != null) {
    resource.declared = now.inputs ?? {};
    resource.provider = now.provider;
  }
}
