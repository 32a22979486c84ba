import { setTimeout as sleep } from "node:timers/promises";

import { startEmulator, type Emulator } from "../../emulator/src";
import { freePort } from "../freePort";
import { CANARY, failureOf, keysIn } from "./clientSupport";
import { organizationOf, PEOPLE } from "./faults/operations";
import { ERRORS, ROWS, type Row, type Trouble } from "./faults/table";
import { DOORS } from "../handlers";
import { openProvider } from "./provider";

// The handlers say what they have done.
jest.spyOn(console, "log").mockImplementation(() => undefined);

/** In milliseconds. Where a loaded machine takes longer for a good answer, that is asked for again. */
const SHORT_DEADLINE = 150;

let otherHost: Emulator;

beforeAll(async () => {
  otherHost = await startEmulator({ adminKey: CANARY, users: PEOPLE });
});

afterAll(async () => {
  expect(otherHost.requests.log()).toEqual([]);
  await otherHost.close();
});

// Rows take turns at the doors, whose errors are all that they make of it. A rejection that nobody handles fails the row: Jest watches for that.
test.concurrent.each(
  ROWS.map((row, i) => {
    const door = DOORS[i % DOORS.length];
    return [
      `${row.operation.name}; ${row.wrong.name}, ${row.lasts}: ${row.outcome} (${door})`,
      row,
      door,
    ] as const;
  }),
)("%s", async (_name, row, door) => {
  const { operation, wrong, outcome } = row;
  await using emulator = await startEmulator({ adminKey: CANARY, ...organizationOf(operation) });
  operation.prepare?.(emulator);
  const others = peopleBut(operation.person, emulator);
  const trouble =
    typeof wrong.happens === "function" ? wrong.happens(operation, emulator, otherHost.url) : wrong.happens;
  const end = bringAbout(trouble, row, emulator);
  const url = trouble === "nobody listens" ? `http://127.0.0.1:${await freePort()}/v1` : emulator.url;

  const isLate = typeof trouble === "object" && trouble.kind === "stall";
  const provider = openProvider(url, isLate ? SHORT_DEADLINE : undefined, door);
  const before = { userId: operation.person, role: "member" };
  const roleNow = (): unknown => operation.now(emulator);
  if (outcome === "recovers") {
    expect(await operation.run(provider, before)).toEqual(roleNow());
  } else {
    expectOneClearError(await failureOf(operation.run(provider, before)), ERRORS[outcome](operation));
  }
  end();

  // The same process believes nothing else, and keeps no connection that it does not know of.
  if (url === emulator.url && !isOver(row)) expect(await operation.read(provider)).toEqual(roleNow());
  await provider.close();
  await noConnections(emulator);

  // The next command, undisturbed, does the rest; a look leaves nothing to do.
  if (operation.writes) {
    const next = openProvider(emulator.url, undefined, door);
    const role = await operation.read(next);
    const isGone = role === undefined && !operation.api.startsWith("create_");
    if (!isGone)
      expect(
        await operation.run(next, { ...before, role: (role as string | undefined) ?? "member" }),
      ).toEqual(roleNow());
    if (trouble !== "the person has left") expect(roleNow()).toBe(operation.after);
    await next.close();
  }
  expectLooks(emulator);
  expect(peopleBut(operation.person, emulator)).toEqual(others);
});

/** Starts what goes wrong; answers how to end it. */
function bringAbout(trouble: Trouble, { operation, lasts }: Row, emulator: Emulator): () => void {
  if (trouble === "nobody listens") return () => undefined;
  if (trouble === "the person has left") {
    emulator.users.remove(operation.person);
    for (const { id } of emulator.invites.all()) emulator.invites.remove(id);
    return () => undefined;
  }
  const { api, skip } = operation;
  const times = lasts === "once" ? 1 : Infinity;
  const injected = emulator.inject({ operation: api, skip, times, fault: trouble });
  return () => {
    expect(injected.hits).toBeGreaterThan(0);
    injected.remove();
  };
}

/** An invitation is sent again only after a look whether it is there, or where the server has said that it came too soon. */
function expectLooks({ requests }: Emulator): void {
  const about = requests.log().filter(({ operation }) => /^(list|create)_invite/.test(operation));
  const blindly = about.filter(
    ({ operation }, n) =>
      operation === "create_invite" && about[n - 1]?.operation === operation && about[n - 1]?.status !== 429,
  );
  expect(blindly).toEqual([]);
}

/** One line that says which request failed and what to do, and shows neither the key nor what a terminal obeys. */
function expectOneClearError({ message }: Error, says: RegExp): void {
  expect(message).toMatch(says);
  expect(message).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
  expect(keysIn(message)).toEqual([]);
  expect(message.length).toBeLessThan(700);
}

/**
 * A server that asks not to be asked for years, or that has refused the key, is asked no more by the same process; nor
 * for invitations that it could not list.
 */
function isOver({ operation, wrong, outcome }: Row): boolean {
  if (outcome === "refuses the key" || outcome === "refuses what the key may do") return true;
  if (operation.api === "list_invites") return outcome !== "recovers";
  return (
    outcome === "is held up" && wrong.always === undefined && /^list_(project_)?users$/.test(operation.api)
  );
}

function peopleBut(person: string, { users }: Emulator): unknown {
  return users.all().filter(({ id }) => id !== person);
}

/** A connection ends on both sides, one a moment after the other. */
async function noConnections(emulator: Emulator): Promise<void> {
  for (let tries = 0; tries < 100 && (await emulator.connections()) > 0; tries++) await sleep(20);
  expect(await emulator.connections()).toBe(0);
}
