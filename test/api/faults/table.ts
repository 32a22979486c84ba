import type { Emulator, Fault, StatusFault } from "../../../emulator/src";
import { CANARY } from "../clientSupport";
import { OPERATIONS, type Operation } from "./operations";

const CANNOT_BE_REACHED = says(/got no answer from http:\S+: .*OPENAI_BASE_URL.*run it again/);

/** How an operation may end: well, or with one error, which begins and ends as stated here. */
export const ERRORS = {
  "cannot be reached": CANNOT_BE_REACHED,
  // Whatever is asked first gets no further.
  "reaches nobody": (operation: Operation) =>
    CANNOT_BE_REACHED({ ...operation, api: operation.first ?? operation.api }),
  "is late": says(
    /got no complete answer within 0\.15 s \(openai(-organization)?:requestTimeout\)\..*run it again/,
  ),
  "is not the API": says(/(failed with|returned) .*is OPENAI_BASE_URL .*correct\?/i),
  "refuses the key": says(/failed with 401: .*Mind the key\./),
  "refuses what the key may do": says(/failed with 403: .*Use an admin key with permission/),
  "leaves the person to others": says(/failed with 403: .*An identity provider manages this person/),
  "is forbidden": says(/failed with 403: [^(]*x… \(request id \S+\)$/),
  "is stopped on the way": says(/failed with 403\. .*is a proxy or firewall blocking requests to http/),
  "is at its end": says(/failed with 429: /),
  "is refused": says(/failed with 400: /),
  "fails in the server": says(/failed with (409|503): .*run it again/),
  "is held up": says(/openai(-organization)?:stallTimeout|(longer than|got through for) 90 s/),
  "may have been sent": says(/may have sent the invitation: run it again later, which looks for it/),
  "finds nobody": () => /^(The user "user-\d+"|Nobody with the email "\S+") .*invite the person/,
} satisfies Readonly<Record<string, (operation: Operation) => RegExp>>;

function says(what: RegExp): (operation: Operation) => RegExp {
  return ({ api }) => new RegExp(`^${api} \\([A-Z]+ (/organization/\\S+|…)\\) .*${what.source}`, what.flags);
}

export type Outcome = "recovers" | keyof typeof ERRORS;

/** What happens. Each begins with an organization in which nothing is wrong. */
export type Trouble =
  | Fault
  /** The port is closed. */
  | "nobody listens"
  /** The person has been removed by somebody else. */
  | "the person has left";

/** An invitation is looked for before anything else: whatever became of the answer, it is found, and mailed once. */
const isFound =
  (otherwise: Expected): ((operation: Operation) => Outcome) =>
  (operation) =>
    operation.api === "create_invite" ? "recovers" : outcomeOf(otherwise, operation);

/** So is somebody new in a project, but only after an answer. */
const isFoundThen = (otherwise: Expected): ((operation: Operation) => Outcome) =>
  isFound((operation) =>
    operation.api === "create_project_user" ? "recovers" : outcomeOf(otherwise, operation),
  );

/** An invitation of which no answer tells is not sent again: it may have been. */
const isUncertain =
  (otherwise: Expected): ((operation: Operation) => Outcome) =>
  (operation) =>
    operation.api === "create_invite" ? "may have been sent" : outcomeOf(otherwise, operation);

function outcomeOf(expected: Expected, operation: Operation): Outcome {
  return typeof expected === "function" ? expected(operation) : expected;
}

/** A row of the table: how something goes wrong, and how every operation ends then. */
export interface Wrong {
  readonly name: string;
  readonly happens: Trouble | ((operation: Operation, emulator: Emulator, otherHost: string) => Trouble);
  /** Where it meets one request; absent: it cannot. */
  readonly once?: Expected;
  /** Where it goes on until the operation has ended; absent: as if it met one request. */
  readonly always?: Expected;
  /** Why an operation cannot meet it; undefined where it can. */
  readonly spares?: (operation: Operation) => string | undefined;
  /** Whether the deadline of a request is what ends it. */
  readonly late?: true;
}

type Expected = Outcome | ((operation: Operation) => Outcome);

const MIB = 1024 * 1024;
const HTML = "<!doctype html><title>Sign in</title>";

/** What a server may say: the key, escape sequences, several lines, and too much. */
const HOSTILE = `\u001b[31mNo.\n\u202e${CANARY} ${CANARY.slice(0, 7)}***${CANARY.slice(-5)} ${"x".repeat(5000)}`;

function status(
  status: number,
  headers: StatusFault["headers"] = {},
  more: Readonly<Record<string, string | null>> = {},
): Fault {
  const error = { message: HOSTILE, type: "some_type", param: null, code: null, ...more };
  return { kind: "status", status, headers, body: { error } };
}

interface Page {
  readonly data: readonly { readonly id: string }[];
}

/** What is about nobody whom its path names: a 404 says that there is no such API. */
const LISTS: readonly string[] = ["list_users", "list_invites", "create_invite"];

const onlyPages = ({ pages }: Operation): string | undefined =>
  pages ? undefined : "it asks for nobody but the person";
const onlyWrites = ({ writes }: Operation): string | undefined =>
  writes ? undefined : "there is nothing to apply";

/** How a listing by pages, or by email, fares that is refused once: it begins anew, or goes on by pages. */
const listsAnew =
  (otherwise: Outcome) =>
  ({ api, skip, pages }: Operation): Outcome =>
    api === "list_users" && (skip > 0 || !pages) ? "recovers" : otherwise;

const recoversUnless = (fails: Expected): Pick<Wrong, "once" | "always"> => ({
  once: "recovers",
  always: fails,
});

const onceSent = (fails: Expected): Pick<Wrong, "once" | "always"> => ({
  once: isUncertain("recovers"),
  always: isUncertain(fails),
});

/** Everything that can go wrong between a handler and the organization. */
export const WRONG: readonly Wrong[] = [
  { name: "connection refused", happens: "nobody listens", always: "reaches nobody" },
  {
    name: "reset before the request is applied",
    happens: { kind: "reset", when: "before" },
    ...onceSent("cannot be reached"),
  },
  {
    name: "reset after the request is applied",
    happens: { kind: "reset", when: "after" },
    ...recoversUnless(isFound("cannot be reached")),
  },
  {
    name: "stall before the headers",
    happens: { kind: "stall", where: "headers", applied: false },
    ...onceSent("is late"),
    late: true,
  },
  {
    name: "stall before the headers, applied",
    happens: { kind: "stall", where: "headers" },
    spares: onlyWrites,
    ...recoversUnless(isFound("is late")),
    late: true,
  },
  {
    name: "stall inside the body",
    happens: { kind: "stall", where: "body" },
    ...recoversUnless(isFound("is late")),
    late: true,
  },
  { name: "slow drip in time", happens: { kind: "drip", bytes: 64, intervalMs: 1 }, always: "recovers" },
  { name: "truncated body", happens: { kind: "truncate" }, ...recoversUnless(isFound("cannot be reached")) },
  {
    name: "200 with HTML",
    happens: { kind: "body", body: HTML, contentType: "text/html" },
    once: "is not the API",
  },
  {
    name: "200 with HTML, applied",
    happens: { kind: "body", body: HTML, applied: true },
    spares: onlyWrites,
    once: isFoundThen("is not the API"),
  },
  {
    name: "200 with wrong types",
    happens: {
      kind: "alter",
      alter: (body) => ({ ...(body as object), id: 7, deleted: "yes", data: [{ id: {} }], has_more: "no" }),
    },
    once: isFoundThen("is not the API"),
  },
  {
    name: "200 with a user of another id",
    happens: {
      kind: "alter",
      alter: (body) => {
        const other = { ...(body as object), id: "user-999999", email: "other@example.com" };
        return { ...other, data: [other] };
      },
    },
    spares: ({ pages, api }) =>
      pages || /^list_(invites|project_users)$/.test(api) ? "a page is about anybody" : undefined,
    // What a filter answers is no proof that the person is not there.
    once: isFoundThen(({ api }) => (api === "list_users" ? "recovers" : "is not the API")),
    always: isFoundThen(({ api }) => (api === "list_users" ? "finds nobody" : "is not the API")),
  },
  {
    name: "301 to another host",
    happens: (_operation, _emulator, otherHost) => ({ kind: "redirect", location: otherHost }),
    once: "is not the API",
  },
  {
    name: "400",
    happens: status(400),
    once: listsAnew("is refused"),
    always: "is refused",
  },
  { name: "401", happens: status(401), once: "refuses the key" },
  { name: "403", happens: status(403), once: "is forbidden" },
  {
    name: "403 about the key",
    happens: status(403, {}, { code: "insufficient_permissions" }),
    once: "refuses what the key may do",
  },
  {
    name: "403 about a person managed by an identity provider",
    happens: status(403, {}, { code: "managed_by_identity_provider" }),
    once: "leaves the person to others",
  },
  {
    name: "403 of a proxy",
    happens: { kind: "status", status: 403, body: HTML },
    once: "is stopped on the way",
  },
  {
    name: "404 where there is no such API",
    happens: { kind: "status", status: 404, body: HTML },
    once: listsAnew("is not the API"),
    always: "is not the API",
  },
  {
    name: "404 in the API's own words",
    happens: ({ api }) => (LISTS.includes(api) ? status(404) : "the person has left"),
    once: (operation) =>
      LISTS.includes(operation.api)
        ? listsAnew("is not the API")(operation)
        : operation.api === "modify_user"
          ? "finds nobody"
          : "recovers",
    always: ({ api }) =>
      LISTS.includes(api) ? "is not the API" : api === "modify_user" ? "finds nobody" : "recovers",
  },
  {
    name: "409",
    happens: status(409),
    once: ({ api }) => (api === "create_invite" ? "fails in the server" : "recovers"),
    always: "fails in the server",
  },
  { name: "429 without Retry-After", happens: status(429), ...recoversUnless("is held up") },
  {
    name: "429 with Retry-After: 20",
    happens: status(429, { "retry-after": "20" }),
    ...recoversUnless("is held up"),
  },
  {
    name: "429 with a Retry-After of years",
    happens: status(429, { "retry-after": "9".repeat(30) }),
    once: "is held up",
  },
  {
    name: "429 of a quota that is used up",
    happens: status(429, {}, { code: "insufficient_quota" }),
    once: "is at its end",
  },
  {
    name: "503 with a Retry-After of years",
    happens: status(503, { "retry-after": "9".repeat(30) }),
    once: isUncertain("is held up"),
  },
  { name: "503", happens: status(503), ...onceSent("fails in the server") },
  {
    name: "gzip bomb, though nobody asks for compression",
    happens: { kind: "huge", bytes: 1000 * MIB, gzip: true },
    once: "is not the API",
  },
  {
    name: "an empty page",
    happens: {
      kind: "alter",
      alter: (body) => ({ ...(body as object), data: [], last_id: null, has_more: false }),
    },
    spares: (operation) =>
      onlyPages(operation) ?? (operation.skip === 0 ? "nobody was to come before it" : undefined),
    ...recoversUnless("is not the API"),
  },
  {
    name: "repeated cursor",
    happens: {
      kind: "alter",
      alter: (body) => ({ ...(body as object), has_more: true, last_id: "user-000001" }),
    },
    spares: onlyPages,
    always: "is not the API",
  },
  {
    name: "endless pages of the same people",
    happens: endless,
    spares: onlyPages,
    always: "is not the API",
  },
  {
    name: "duplicate users across pages",
    happens: (_operation, emulator) => ({
      kind: "alter",
      alter: (body) => {
        const page = body as Page;
        const again = emulator.users.all().slice(0, 3);
        return { ...page, data: [...again, ...page.data, ...page.data.slice(-3)] };
      },
    }),
    spares: onlyPages,
    always: "recovers",
  },
  {
    name: "a user who moves to a later page while listing",
    happens: ({ person }, { users }) => ({
      kind: "alter",
      alter: (page) => {
        const user = users.get(person);
        if (user !== undefined && users.remove(person)) users.add({ ...user, role: "owner" });
        return page;
      },
    }),
    spares: ({ skip, pages }) =>
      onlyPages({ pages } as Operation) ?? (skip > 0 ? "no page is later" : undefined),
    once: "recovers",
  },
  {
    name: "a user who moves to an earlier page while listing",
    happens: ({ person }) => ({
      kind: "alter",
      alter: (body) => {
        const page = body as Page;
        return { ...page, data: page.data.filter(({ id }) => id !== person) };
      },
    }),
    spares: (operation) => onlyPages(operation) ?? (operation.skip === 0 ? "no page is earlier" : undefined),
    once: "recovers",
  },
];

/** Pages of one person, with a cursor of its own each, without end. */
function endless(): Fault {
  let n = 0;
  const alter = (): unknown => {
    n++;
    return { object: "list", data: [{ id: "user-000001" }], last_id: `cursor-${n}`, has_more: true };
  };
  return { kind: "alter", alter };
}

/** One cell of the matrix. */
export interface Row {
  readonly wrong: Wrong;
  readonly operation: Operation;
  readonly lasts: "once" | "always";
  readonly outcome: Outcome;
}

/** Every operation × everything that can go wrong, once and for good. */
export const ROWS: readonly Row[] = WRONG.flatMap((wrong) =>
  OPERATIONS.filter((operation) => wrong.spares?.(operation) === undefined).flatMap((operation) =>
    (["once", "always"] as const).flatMap((lasts) => {
      const expected = wrong[lasts];
      if (expected === undefined) return [];
      return [{ wrong, operation, lasts, outcome: outcomeOf(expected, operation) }];
    }),
  ),
);
