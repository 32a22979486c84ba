import { VirtualClock } from "../../bench/virtualClock";
import type { Role } from "../../provider/src/users-api/role";
import type { Door } from "../handlers";
import { Cast } from "./cast";
import {
  differences,
  forgottenInvites,
  isLostMail,
  isMail,
  knownMembers,
  otherPeople,
  rosterOf,
} from "./aftermath";
import { edited, emailOf } from "./edits";
import { Ledger } from "./ledger";
import { isQuiet, MemoryServer, type Applied, type Fault, type Trouble } from "./memoryServer";
import { mended } from "./mended";
import { fatesOf, mailOf, memoryOf, type Fate, type Organization } from "./entries";
import {
  asPreviewed,
  comparable,
  EMPTY,
  pauses,
  registrations,
  ROSTER,
  withEmail,
  type Program,
} from "./program";
import { expectUpdate, invitedUntilNow, owners, pendingInvites, type Situation } from "./promises";
import { startProvider } from "./provider";
import { isRun, QUIET, type Run, type Step, type Story } from "./sequence";
import { SimulatedEngine, type EngineOutcome, type ResourceInState } from "./simulatedEngine";
import { brokenByLines, plannedAs } from "./told";
import { Watch } from "./watch";

/** How a story comes to rest. */
const UP: Run = { run: "up", ...QUIET, limits: { minOwners: 1, maxRemovals: 100, maxInvites: 100 } };

/** What came of a command. */
interface Ran extends EngineOutcome {
  readonly requests: readonly Applied[];
  /** What the handlers have said. */
  readonly lines: readonly string[];
}

/** What came of a command that kept the promises. */
interface Kept extends Ran {
  /** Whether nothing is left to do for the same update: who was made a member may be somebody undeclared from then on. */
  readonly isWhole: boolean;
  /** Whether something was pending of which nothing told. */
  readonly isHazy: boolean;
}

/** Lives a story through, until all is at rest and nobody is stuck. Throws where a promise is broken. */
export async function liveThrough(story: Story, door: Door): Promise<void> {
  const world = new MemoryWorld(story, door);
  for (const step of story.steps) await world.step(step);
  await world.settle();
  await world.escape();
}

/** An organization, a program and a stack, in this process and in virtual time. */
export class MemoryWorld {
  program: Program = EMPTY;
  readonly server: MemoryServer;
  readonly #door: Door;
  readonly #cast: Cast;
  readonly #clock = new VirtualClock();
  readonly #engine: SimulatedEngine;
  readonly #ledger = new Ledger();
  #limits = UP.limits;
  #lines: string[] = [];

  constructor(story: Pick<Story, "people" | "others" | "habits">, door: Door) {
    this.#door = door;
    const clock = this.#clock;
    const server = new MemoryServer(clock, story.habits);
    this.server = server;
    this.#cast = new Cast(server, story);
    this.#engine = new SimulatedEngine(
      (meeting) => {
        const say = (line: string): unknown => this.#lines.push(line);
        return startProvider({ door, clock, server, limits: this.#limits, say, peers: meeting.join() });
      },
      (ms) => clock.sleep(ms),
    );
  }

  get state(): readonly ResourceInState[] {
    return this.#engine.state;
  }

  /** Does one step, and throws where a promise is broken. Tells how it ended, if it was a command. */
  async step(step: Step): Promise<Ran | undefined> {
    if (isRun(step)) return this.run(step);
    if ("outside" in step) {
      this.#cast.act(step);
      if (step.outside === "invite") this.#ledger.forget(emailOf(step.person));
      if (step.outside === "wait") await this.#clock.run(this.#clock.sleep(step.minutes * 60_000));
    } else this.program = edited(this.program, step, this.#cast.ids, this.server.users);
    return undefined;
  }

  /** Mends the program, and sees whether everything comes to rest. Tells what the first update did. */
  async settle(): Promise<Ran> {
    this.server.catchUp();
    const mend = (): Promise<Ran> => {
      this.program = mended(this.#situation(UP));
      return this.run(UP);
    };
    const ran = await mend();
    // Who was made a member is an undeclared one from then on, of whom the policies may have more to say.
    await mend();
    await this.run({ ...UP, run: "refresh" });
    for (const run of ["preview", "up"] as const) {
      const { changes, errors } = await this.run({ ...UP, run });
      if (changes.length + errors.length > 0)
        throw new Error(`not at rest: ${[...changes, ...errors].join(", ")}`);
    }
    return ran;
  }

  /** Takes the way out that a line names to whoever is stuck, and sees whether it leads there. */
  async escape(): Promise<void> {
    const { roster } = this.program;
    if (roster?.policies.absent !== "invite") return;
    const fates = [...fatesOf(roster.members, memoryOf(this.state), this.server)];
    const stuck = fates.flatMap(([key, fate]) =>
      key.includes("@") && STUCK.includes(fate.is) && mailOf(fate, this.server.now) === undefined
        ? [key]
        : [],
    );
    const others = fates
      .filter(([key]) => !stuck.includes(key))
      .map(([key, fate]) => asToldToBe(key, fate, this.server));
    this.program = { ...this.program, roster: { ...roster, members: Object.fromEntries(others) } };
    this.program = mended(this.#situation(UP));
    await this.run(UP);
    const { members, policies } = this.program.roster ?? roster;
    const again = Object.fromEntries(stuck.map((key) => [key, roster.members[key] ?? "member"]));
    this.program = { ...this.program, roster: { members: { ...members, ...again }, policies } };
    const { errors } = await this.run(UP);
    const pending = pendingInvites(this.server.invites).map(({ email }) => email);
    const lost = stuck.filter((key) => !pending.includes(comparable(key)));
    if (errors.length + lost.length > 0)
      throw new Error(`the way out leads nowhere for ${lost.join(", ")}: ${errors.join("; ")}`);
  }

  /** Runs a command; an update after its preview, as the CLI does. Throws where a promise is broken. */
  async run(command: Run): Promise<Ran> {
    // What leaves resources out promises nothing.
    if (command.options.target ?? command.options.exclude) return this.#command(command);
    if (command.run !== "up") return this.#keeping(command);
    const preview = await this.#keeping({ ...command, run: "preview", trouble: QUIET.trouble });
    const outcome = await this.#keeping(command, preview);
    if (outcome.errors.length === 0 && outcome.isWhole) await this.#rest(command);
    return outcome;
  }

  /** Whether no listing has an invitation yet that the state does not know either. */
  #isHazy(): boolean {
    const known = new Set([...memoryOf(this.state).entries.values()].map(({ inviteId }) => inviteId));
    return this.server.invites.all().some(({ id }) => !this.server.lists(id) && !known.has(id));
  }

  /**
   * Whether an operation sees the organization as it is: without a refresh, a deletion goes by the state, and whoever has
   * left is told as a failure.
   */
  #seesAll({ options }: Run): boolean {
    return (
      options.refresh || (this.program.roles.size === 0 && this.state.every(({ kind }) => kind === "roster"))
    );
  }

  /** The same update again has nothing to do. */
  async #rest(command: Run): Promise<void> {
    const again: Run = { ...command, trouble: QUIET.trouble };
    const situation = this.#situation(again);
    const expectation = expectUpdate(situation);
    const readOnly = { ...situation, command: { ...again, run: "refresh" as const } };
    const watch = new Watch(readOnly, expectation, this.#ledger, false);
    const { changes, errors } = await this.#command(again, watch, this.#engine.copy());
    const failed = expectation.refusals.length === 0 ? errors : [];
    const broken = [...changes, ...failed, ...watch.violations];
    if (broken.length > 0) throw new Error(`not done by the first update: ${broken.join("; ")}`);
  }

  #situation(command: Run): Situation {
    const { users, invites, hidden, now } = this.server;
    const { state } = this;
    const said = command.run === "destroy" ? EMPTY : this.program;
    const program = command.run === "preview" ? asPreviewed(said) : said;
    const tellsOwners = this.#door === "dynamic";
    return { users, invites, hidden, now, state, program, command, tellsOwners };
  }

  /** Runs a command, and throws where a promise is broken. @param preview - Of an update, where there was one. */
  async #keeping(command: Run, preview?: Kept): Promise<Kept> {
    const { run, options, trouble } = command;
    const situation = this.#situation(command);
    const seesAll = this.#seesAll(command);
    const expectation = expectUpdate(situation);
    const stateThen = this.state;
    const isHazy = this.#isHazy();
    const quiet = isQuiet(trouble) && !isHazy;
    const losing = owners(this.server.users).filter((id) => expectation.after.get(id) !== "owner").length;
    const watch = new Watch(situation, expectation, this.#ledger, isHazy);
    if (run === "up" || run === "destroy") this.#ledger.begin(situation.program);
    const ran = await this.#command(command, watch);
    const { errors, lines, requests } = ran;
    const after = this.#situation(command);
    const ok = errors.length === 0;

    // An invitation whose answer is lost is looked for in vain as long as it is not listed, and is not sent again.
    const isFound = this.server.habits.lag === 0 && !requests.some(isLostMail);
    const bearable = isBearable(trouble) && (isQuiet(trouble) || isFound);
    // Without the look-up of an address it is not known under which other one somebody is there: who may be meant stays.
    const seesAliases = !requests.some(
      ({ operation, status }) => operation === "list_users" && status === 400,
    );
    const isBlind = (expectation.looks && !bearable) || isHazy || !seesAliases;
    const broken = [...watch.violations, ...this.#ledger.mailed(requests.filter(isMail))];
    // What a process knew that was killed is lost, and what is not listed, too.
    if (trouble.death !== undefined || isHazy) this.#ledger.forgetMails();
    if (run === "refresh") {
      if (!ok && bearable) broken.push(`failed for no reason: ${errors.join("; ")}`);
    } else {
      // A promotion that is declared further on is out of sight where demotions take every place, or the program pauses.
      const isTooLate =
        (options.parallel <= losing || pauses(situation.program)) &&
        errors.every((error) => error.includes("fewer than the minimum"));
      const mayFail = isHazy || !seesAll || !bearable || expectation.refusals.length > 0 || isTooLate;
      if (!ok && !mayFail) broken.push(`failed for no reason: ${errors.join("; ")}`);
      const must = run === "preview" ? expectation.foreseen : expectation.refusals;
      if (ok && seesAll && !isBlind && must.length > 0) broken.push(`succeeded, although ${must.join("; ")}`);
      if (ok && run !== "preview" && seesAliases) broken.push(...differences(after, expectation, isBlind));
    }
    if (trouble.death === undefined && !isHazy)
      broken.push(...forgottenInvites(after, invitedUntilNow(stateThen), requests));
    if (ok && !isBlind && (run === "up" || run === "refresh")) {
      const memory = memoryOf(stateThen);
      const { absent = "error" } = { ...rosterOf(stateThen)?.outputs };
      const isUp = run === "up";
      const members = isUp ? (situation.program.roster?.members ?? {}) : knownMembers(stateThen);
      // Without an update the state learns ids only, and a refresh of a roster that refuses the absent reads no invitations.
      const learns = isUp ? ran.changes.some((change) => change.endsWith(` ${ROSTER}`)) : absent !== "error";
      broken.push(...otherPeople(after, members, memory, learns));
      if (isUp) this.#ledger.end(fatesOf(members, memory, this.server));
    }
    if (ok && quiet) broken.push(...brokenByLines(situation, expectation, lines, requests));
    if (ok && quiet && preview?.errors.length === 0 && !preview.isHazy)
      broken.push(...plannedAs(situation, preview.lines, lines));
    if (broken.length > 0) throw new Error(`pulumi ${run}: ${broken.join("\n")}`);
    const { undeclaredMembers } = situation.program.roster?.policies ?? {};
    const isFinal = undeclaredMembers !== "remove" && undeclaredMembers !== "error";
    const isAll = !expectation.invitesLater;
    return {
      ...ran,
      isHazy,
      isWhole: seesAll && !isBlind && isAll && (isFinal || expectation.demotions.size === 0),
    };
  }

  /** Runs a command on the program as it is, with somebody who watches what is written. */
  async #command({ run, options, limits, trouble }: Run, watch?: Watch, engine = this.#engine): Promise<Ran> {
    const program = registrations(this.program);
    this.server.onRequest = (request) => {
      watch?.see(request);
    };
    this.server.trouble = trouble;
    this.#limits = limits;
    this.server.take();
    this.#lines = [];
    const outcome = await this.#clock.run(
      {
        up: () => engine.up(program, options),
        preview: () => engine.preview(program, options),
        refresh: () => engine.refresh(options),
        destroy: () => engine.destroy(options),
      }[run](),
    );
    return { ...outcome, requests: this.server.take(), lines: this.#lines };
  }
}

/** What no repetition helps against: the request, the key or the server is another one than was thought. */
const FOR_GOOD: readonly Fault[] = ["answered 400", "answered 401", "applied, and answered nonsense"];

/** Whether what goes wrong is recovered from: a fault that passes, and comes once, costs time only. */
function isBearable({ faults, death }: Trouble): boolean {
  return death === undefined && faults.length <= 1 && faults.every(([, fault]) => !FOR_GOOD.includes(fault));
}

/** How people stand to whom a line says to take them out, and to add them again. */
const STUCK: readonly string[] = ["left", "revoked", "expired", "accepted", "uncertain"];

/** An entry as a line says to declare it: the email that the person has. */
function asToldToBe(key: string, fate: Fate, { users, hidden }: Organization): [string, Role] {
  const role = fate.role as Role;
  if (fate.is !== "alias" && !(fate.is === "there" && fate.hasMoved)) return [key, role];
  const { id, email, role: now } = fate.user;
  const isClear = email !== null && !hidden.has(id) && withEmail(email, users).length === 1;
  return [isClear ? email : id, fate.is === "alias" ? (now ?? role) : role];
}
