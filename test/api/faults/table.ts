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
  readonly spares?: ((operation: Operation) => string | undefined) | undefined;
}

type Expected = Outcome | ((operation: Operation) => Outcome);

const YEARS = { "retry-after": "9".repeat(30) };
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

type Ends = Pick<Wrong, "once" | "always">;

const recoversUnless = (fails: Expected): Ends => ({ once: "recovers", always: fails });

const onceSent = (fails: Expected): Ends => ({ once: isUncertain("recovers"), always: isUncertain(fails) });

const alter = (alters: (page: Page) => unknown): Fault => ({
  kind: "alter",
  alter: alters as (body: unknown) => unknown,
});

const onLists = (lists: Expected, otherwise: (operation: Operation) => Outcome) => (operation: Operation) =>
  LISTS.includes(operation.api) ? outcomeOf(lists, operation) : otherwise(operation);

const whoHasLeft = ({ api }: Operation): Outcome => (api === "modify_user" ? "finds nobody" : "recovers");

/** What a filter answers is no proof that the person is not there. */
const unlessFiltered = (filtered: Outcome): Expected =>
  isFoundThen(({ api }) => (api === "list_users" ? filtered : "is not the API"));

/** Everything that can go wrong between a handler and the organization, how each operation ends then, and what it spares. */
const EVERYTHING: readonly (readonly [string, Wrong["happens"], Ends, Wrong["spares"]?])[] = [
  ["connection refused", "nobody listens", { always: "reaches nobody" }],
  ["reset, not applied", { kind: "reset", when: "before" }, onceSent("cannot be reached")],
  ["reset, applied", { kind: "reset", when: "after" }, recoversUnless(isFound("cannot be reached"))],
  ["stall, not applied", { kind: "stall", where: "headers", applied: false }, onceSent("is late")],
  ["stall, applied", { kind: "stall", where: "headers" }, recoversUnless(isFound("is late")), onlyWrites],
  ["stall inside the body", { kind: "stall", where: "body" }, recoversUnless(isFound("is late"))],
  ["slow drip in time", { kind: "drip", bytes: 64, intervalMs: 1 }, { always: "recovers" }],
  ["truncated body", { kind: "truncate" }, recoversUnless(isFound("cannot be reached"))],
  ["200 with HTML", { kind: "body", body: HTML, contentType: "text/html" }, { once: "is not the API" }],
  [
    "200 with HTML, applied",
    { kind: "body", body: HTML, applied: true },
    { once: isFoundThen("is not the API") },
    onlyWrites,
  ],
  [
    "200 with wrong types",
    alter((body) => ({ ...body, id: 7, deleted: "yes", data: [{ id: {} }], has_more: "no" })),
    { once: isFoundThen("is not the API") },
  ],
  [
    "200 with a user of another id",
    alter((body) => {
      const other = { ...body, id: "user-999999", email: "other@example.com" };
      return { ...other, data: [other] };
    }),
    { once: unlessFiltered("recovers"), always: unlessFiltered("finds nobody") },
    ({ pages, api }) =>
      pages || /^list_(invites|project_users)$/.test(api) ? "a page is about anybody" : undefined,
  ],
  [
    "301 to another host",
    (_operation, _emulator, otherHost) => ({ kind: "redirect", location: otherHost }),
    { once: "is not the API" },
  ],
  ["400", status(400), { once: listsAnew("is refused"), always: "is refused" }],
  ["401", status(401), { once: "refuses the key" }],
  ["403", status(403), { once: "is forbidden" }],
  [
    "403 about the key",
    status(403, {}, { code: "insufficient_permissions" }),
    { once: "refuses what the key may do" },
  ],
  [
    "403 about a person managed by an identity provider",
    status(403, {}, { code: "managed_by_identity_provider" }),
    { once: "leaves the person to others" },
  ],
  ["403 of a proxy", { kind: "status", status: 403, body: HTML }, { once: "is stopped on the way" }],
  [
    "404 where there is no such API",
    { kind: "status", status: 404, body: HTML },
    { once: listsAnew("is not the API"), always: "is not the API" },
  ],
  [
    "404 in the API's own words",
    ({ api }) => (LISTS.includes(api) ? status(404) : "the person has left"),
    { once: onLists(listsAnew("is not the API"), whoHasLeft), always: onLists("is not the API", whoHasLeft) },
  ],
  [
    "409",
    status(409),
    {
      once: ({ api }) => (api === "create_invite" ? "fails in the server" : "recovers"),
      always: "fails in the server",
    },
  ],
  ["429 without Retry-After", status(429), recoversUnless("is held up")],
  ["429 with Retry-After: 20", status(429, { "retry-after": "20" }), recoversUnless("is held up")],
  ["429 with a Retry-After of years", status(429, YEARS), { once: "is held up" }],
  [
    "429 of a quota that is used up",
    status(429, {}, { code: "insufficient_quota" }),
    { once: "is at its end" },
  ],
  ["503 with a Retry-After of years", status(503, YEARS), { once: isUncertain("is held up") }],
  ["503", status(503), onceSent("fails in the server")],
  [
    "gzip bomb, though nobody asks for compression",
    { kind: "huge", bytes: 1000 * 1024 * 1024, gzip: true },
    { once: "is not the API" },
  ],
  [
    "an empty page",
    alter((page) => ({ ...page, data: [], last_id: null, has_more: false })),
    recoversUnless("is not the API"),
    (operation) =>
      onlyPages(operation) ?? (operation.skip === 0 ? "nobody was to come before it" : undefined),
  ],
  [
    "repeated cursor",
    alter((page) => ({ ...page, has_more: true, last_id: "user-000001" })),
    { always: "is not the API" },
    onlyPages,
  ],
  ["endless pages of the same people", endless, { always: "is not the API" }, onlyPages],
  [
    "duplicate users across pages",
    (_operation, { users }) =>
      alter((page) => ({
        ...page,
        data: [...users.all().slice(0, 3), ...page.data, ...page.data.slice(-3)],
      })),
    { always: "recovers" },
    onlyPages,
  ],
  [
    "a user who moves to a later page while listing",
    ({ person }, { users }) =>
      alter((page) => {
        const user = users.get(person);
        if (user !== undefined && users.remove(person)) users.add({ ...user, role: "owner" });
        return page;
      }),
    { once: "recovers" },
    (operation) => onlyPages(operation) ?? (operation.skip > 0 ? "no page is later" : undefined),
  ],
  [
    "a user who moves to an earlier page while listing",
    ({ person }) => alter((page) => ({ ...page, data: page.data.filter(({ id }) => id !== person) })),
    { once: "recovers" },
    (operation) => onlyPages(operation) ?? (operation.skip === 0 ? "no page is earlier" : undefined),
  ],
];

export const WRONG: readonly Wrong[] = EVERYTHING.map(([name, happens, ends, spares]) => ({
  ...{ name, happens, spares },
  ...ends,
}));

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
