import type { VirtualClock } from "../../bench/virtualClock";
import {
  deleteUser,
  listUsers,
  modifyUser,
  retrieveUser,
  type Organization as Api,
} from "../../emulator/src/api";
import type { Answer } from "../../emulator/src/answers";
import { createInvite, deleteInvite, listInvites, retrieveInvite } from "../../emulator/src/invites";
import { InviteStore, type Invite } from "../../emulator/src/inviteStore";
import {
  createProjectUser,
  deleteProjectUser,
  listProjects,
  listProjectUsers,
  modifyProjectUser,
  retrieveProjectUser,
} from "../../emulator/src/projects";
import { ProjectStore } from "../../emulator/src/projectStore";
import type { LoggedRequest, Operation } from "../../emulator/src/requests";
import { Store } from "../../emulator/src/store";
import { AdminKey } from "../../provider/src/users-api/adminKey";
import {
  ConnectionError,
  InvalidResponseError,
  type RequestContext,
} from "../../provider/src/users-api/errors";
import { statusError } from "../../provider/src/users-api/http/statusErrors";
import type { ApiAnswer, ApiRequest, Transport } from "../../provider/src/users-api/http/transport";
import type { Organization } from "./entries";
import { comparable, withEmail } from "./program";

/** What may befall a request. The first two and the last are for good; all else passes, unless it happens again and again. */
export const FAULTS = [
  "answered 400",
  "answered 401",
  "answered 429",
  "answered 500",
  "reset before it is applied",
  "reset after it is applied",
  "applied, and answered nonsense",
] as const;

export type Fault = (typeof FAULTS)[number];

/** How a process can die at one of its requests. */
export type Death = "before it is applied" | "after it is applied";

/** From here on a number counts the requests that change something: what befalls those is what hurts. */
export const WRITES = 1_000;

/** What happens to the requests of an operation, as data. */
export interface Trouble {
  /** By the number of the request, from 0; or by the number of the write, from {@link WRITES}. */
  readonly faults: readonly (readonly [at: number, fault: Fault])[];
  /** How long requests take by turns, in milliseconds of the virtual clock. */
  readonly latencies: readonly number[];
  /** The process dies at one of its requests. */
  readonly death?: { readonly at: number; readonly when: Death } | undefined;
}

/** Nothing. */
export const CALM: Trouble = { faults: [], latencies: [10] };

/** Whether nothing goes wrong with a command's requests. */
export function isQuiet({ faults, death }: Trouble): boolean {
  return faults.length === 0 && death === undefined;
}

/** What a request is about. */
export interface Asked {
  readonly operation: Operation;
  readonly userId?: string | undefined;
  readonly inviteId?: string | undefined;
  readonly role?: string | undefined;
  /** Who is invited. */
  readonly email?: string | undefined;
}

/** A request that came to be applied. */
export interface Applied extends Asked {
  readonly status: number;
}

/** What servers do differently. */
export interface Habits {
  /** How many listings do not have a new invitation yet. */
  readonly lag: number;
  /** Whether an invitation is called pending when its time is over, too. */
  readonly saysPending: boolean;
  /** Whether nobody can be invited whose last invitation has expired, until that is deleted. */
  readonly minds: boolean;
}

export const PLAIN: Habits = { lag: 0, saysPending: false, minds: false };

/** When the virtual clock begins, in milliseconds since 1970: after everybody who is there at first has joined. */
const BEGINNING = 1_750_000_000_000;

const NOT_HERE: Answer = { status: 404, headers: {}, body: "{}" };

/** There are no others here. */
const OPERATIONS: Readonly<
  Partial<Record<ApiRequest["operation"], (server: MemoryServer, request: LoggedRequest) => Answer>>
> = {
  list_users: ({ api }, request) => listUsers(api, request),
  retrieve_user: ({ api }, request) => retrieveUser(api, request),
  modify_user: ({ api }, request) => modifyUser(api, request),
  delete_user: ({ api }, request) => deleteUser(api, request),
  list_invites: ({ invites }, request) => listInvites(invites, request),
  create_invite: (server, request) => server.invite(request),
  retrieve_invite: ({ invites }, request) => retrieveInvite(invites, request),
  delete_invite: ({ invites }, request) => deleteInvite(invites, request),
  list_projects: ({ projects }, request) => listProjects(projects, request),
  list_project_users: ({ projects }, request) => listProjectUsers(projects, request),
  create_project_user: ({ projects, users }, request) => createProjectUser(projects, users, request),
  retrieve_project_user: ({ projects }, request) => retrieveProjectUser(projects, request),
  modify_project_user: ({ projects }, request) => modifyProjectUser(projects, request),
  delete_project_user: ({ projects }, request) => deleteProjectUser(projects, request),
};

/** What an answer may be about. */
type Told = { readonly object?: string; readonly id?: string; readonly status?: string } | undefined;

/**
 * The emulator's organization and its operations, without HTTP and in virtual time. What is left out is the
 * provider's transport alone: client, throttle and everything above are the real ones.
 */
export class MemoryServer implements Organization {
  readonly users = new Store();
  readonly projects = new ProjectStore([], this.users);
  readonly invites: InviteStore;
  readonly hidden = new Set<string>();
  readonly habits: Habits;
  /** The emulator's own side of it. */
  readonly api: Api = { store: this.users, memberRole: "member", emailsFilter: "aliases", answered: 0 };
  /** Told of each request before it is applied. */
  onRequest: (request: Asked) => void = () => undefined;
  trouble = CALM;
  /** How many listings will not have an invitation, by its id. */
  readonly #unlisted = new Map<string, number>();
  readonly #clock: VirtualClock;
  #requests = 0;
  #writes = 0;
  #commands = 0;
  #log: Applied[] = [];

  constructor(clock: VirtualClock, habits = PLAIN) {
    this.#clock = clock;
    this.habits = habits;
    this.invites = new InviteStore(this.users, () => BEGINNING + clock.now());
  }

  get now(): number {
    return Math.floor((BEGINNING + this.#clock.now()) / 1000);
  }

  /** Whether the listings have an invitation. */
  lists(inviteId: string): boolean {
    return !this.#unlisted.has(inviteId);
  }

  /** Lets the listings have every invitation. */
  catchUp(): void {
    this.#unlisted.clear();
  }

  /** create_invite */
  invite(request: LoggedRequest): Answer {
    const { lag, minds } = this.habits;
    const { email } = JSON.parse(request.body) as { email: string };
    const isInTheWay = ({ email: other, status }: Invite): boolean =>
      comparable(other) === comparable(email) && (status === "pending" || (minds && status === "expired"));
    if (this.invites.all().some(isInTheWay) || withEmail(email, this.users).length > 0)
      return { status: 400, headers: {}, body: "{}" };
    const answer = createInvite(this.invites, this.users, request);
    if (answer.status === 200 && lag > 0)
      this.#unlisted.set((JSON.parse(answer.body) as { id: string }).id, lag);
    return answer;
  }

  /** What was asked by a command, whether or not it was applied. Its processes end with it, whatever they wait for. */
  take(): readonly Applied[] {
    this.#requests = 0;
    this.#writes = 0;
    this.#commands++;
    return this.#log.splice(0);
  }

  /** A transport for one process. @param die - Ends the process. */
  transport(die: () => void): Pick<Transport, keyof Transport> {
    let dead = false;
    const command = this.#commands;
    const isDead = (): boolean => dead || command !== this.#commands;
    const kill = (): Promise<never> => {
      dead = true;
      die();
      return new Promise(() => undefined);
    };
    return {
      organization: undefined,
      close: () => Promise.resolve(),
      send: async (request) => {
        if (isDead()) return new Promise<never>(() => undefined);
        const number = this.#requests++;
        const write = request.method === "GET" ? undefined : WRITES + this.#writes++;
        const { faults, latencies, death } = this.trouble;
        const latency = latencies[number % latencies.length] ?? 10;
        const dies = death?.at === number || death?.at === write ? death?.when : undefined;
        await this.#clock.sleep(latency / 2);
        if (isDead()) return new Promise<never>(() => undefined);
        if (dies === "before it is applied") return kill();
        const answer = this.#meet(request, faults.findLast(([at]) => at === number || at === write)?.[1]);
        if (dies === "after it is applied") return kill();
        await this.#clock.sleep(latency / 2);
        if (isDead()) return new Promise<never>(() => undefined);
        return understood(request, answer);
      },
    };
  }

  #meet(request: ApiRequest, fault: Fault | undefined): Answer {
    if (fault === undefined) return this.#apply(request);
    if (fault.startsWith("answered ")) {
      const status = Number(fault.slice("answered ".length));
      this.#note(request, status);
      return { status, headers: {}, body: "{}" };
    }
    if (fault.endsWith("before it is applied")) this.#note(request, 0);
    else this.#apply(request);
    if (fault === "applied, and answered nonsense")
      throw new InvalidResponseError(request, "returned nonsense");
    throw new ConnectionError(request, "got no answer", { cause: new Error("reset") });
  }

  #apply(request: ApiRequest): Answer {
    this.onRequest(asked(request));
    const answer = OPERATIONS[request.operation]?.(this, asLogged(request)) ?? NOT_HERE;
    this.#note(request, answer.status);
    return answer.status === 200 ? { ...answer, body: this.#told(request, answer.body) } : answer;
  }

  /** An answer as this server gives it. */
  #told({ operation, query }: ApiRequest, body: string): string {
    if (this.hidden.size === 0 && this.#unlisted.size === 0 && !this.habits.saysPending) return body;
    const isUnlisted = (id: string): boolean => operation === "list_invites" && this.#unlisted.has(id);
    const told = JSON.stringify(JSON.parse(body), (_key, value: Told | Told[]) => {
      if (Array.isArray(value)) return value.filter((one) => !isUnlisted(one?.id ?? ""));
      if (value?.object === "organization.user" && this.hidden.has(value.id ?? ""))
        return { ...value, email: null };
      if (value?.object === "organization.invite" && value.status === "expired" && this.habits.saysPending)
        return { ...value, status: "pending" };
      return value;
    });
    const isListing = operation === "list_invites" && query?.has("after") !== true;
    for (const [id, times] of isListing ? this.#unlisted : [])
      if (times > 1) this.#unlisted.set(id, times - 1);
      else this.#unlisted.delete(id);
    return told;
  }

  #note(request: ApiRequest, status: number): void {
    this.#log.push({ ...asked(request), status });
  }
}

function asked(request: ApiRequest): Asked {
  const { operation, userId, inviteId } = asLogged(request);
  return { operation, userId, inviteId, ...(request.body as Pick<Asked, "role" | "email"> | undefined) };
}

function asLogged({ operation, method, path, query, body }: ApiRequest): LoggedRequest {
  const ids = [...path.matchAll(/\/(user|invite|project)s\/([^/]+)/g)].map(
    ([, of = "", id = ""]): [string, string] => [`${of}Id`, decodeURIComponent(id)],
  );
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of query ?? []) (parameters[name] ??= []).push(value);
  return {
    operation,
    method,
    path,
    query: parameters,
    headers: { "content-type": "application/json" },
    body: body === undefined ? "" : JSON.stringify(body),
    ...Object.fromEntries(ids),
    startedAt: 0,
    status: undefined,
  };
}

/** As the transport has it. */
function understood(context: RequestContext, { status, body }: Answer): ApiAnswer {
  if (status === 200) return { context, body: JSON.parse(body) as unknown };
  const asked = { baseUrl: "", adminKey: new AdminKey("sk-admin"), keyAdvice: "" };
  throw statusError(context, { status, header: () => undefined, text: body }, asked);
}
