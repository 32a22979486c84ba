import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Rendezvous } from "../../../provider/src/engine/rendezvous";
import { ENGINE, NEVER, said, startProcess as start, temporary } from "./processes";

// It gives each user a temporary folder.
const isWindows = process.platform === "win32";

const place = (): string => join(temporary, `pulumi-openai-organization-${process.geteuid?.() ?? "user"}`);

/** Has a process declare somebody. @param organization - What the API calls the organization. */
function declare(by: Rendezvous, person: string, resource?: string, organization?: string): void {
  by.tell("declared", [person], resource);
  by.sync(organization);
}

/** Which resource declares somebody, as a process hears it once it listens. */
function declarer(by: Rendezvous, person: string, organization?: string): string | undefined {
  by.listen();
  return by.heard("declared", [person], organization);
}

function others(by: Rendezvous, ...question: Parameters<Rendezvous["others"]>): number {
  by.listen();
  return by.others(...question);
}

test("a process hears what others have told before their answer, and who told it", () => {
  const [one, two] = [start(), start()];
  one.tell("declared", ["user-bob", "Bob@example.com"], "robert");
  one.tell("declared", ["user-carol"]);
  expect(declarer(two, "user-bob")).toBeUndefined();
  one.sync(undefined);
  for (const name of ["user-bob", "bob@EXAMPLE.com"]) expect(declarer(two, name)).toBe("robert");
  expect(declarer(two, "user-carol")).toBe("");
  expect(two.heard("removal", ["user-bob"])).toBeUndefined();
  expect(declarer(two, "user-dan")).toBeUndefined();
  // Not what it has told itself.
  expect(declarer(one, "user-bob")).toBeUndefined();

  declare(one, "user-dan", "dan");
  expect(declarer(two, "user-dan")).toBe("dan");
  // A read names nobody in particular, and takes nothing back.
  declare(one, "user-dan");
  expect(declarer(two, "user-dan")).toBe("dan");
});

test("of two that tell and listen, at least one hears the other", () => {
  const [one, two] = [start(), start()];
  one.tell("outgoing owner", ["user-alice"]);
  two.tell("outgoing owner", ["user-bob"]);
  one.listen();
  two.listen();
  expect(one.heard("outgoing owner", ["user-bob"])).toBeUndefined();
  expect(two.heard("outgoing owner", ["user-alice"])).toBe("");
});

test("what is taken back no longer counts, and everybody counts once", () => {
  const [one, two, three] = [start(), start(), start()];
  one.tell("removal", ["user-bob", "user-carol"]);
  one.sync(undefined);
  two.tell("removal", ["user-carol", "user-dan"]);
  two.sync(undefined);
  expect(others(three, "removal", [])).toBe(3);
  expect(others(three, "removal", ["user-dan", "user-erin"])).toBe(2);
  expect(others(one, "removal", ["user-bob", "user-carol"])).toBe(1);
  one.takeBack("removal", "user-bob");
  one.sync(undefined);
  expect(others(three, "removal", [])).toBe(2);
});

const KEY = { key: "sk-admin-two" };

test.each([
  ["one key and address", {}, {}, undefined, undefined, true],
  ["another key", {}, KEY, undefined, undefined, false],
  ["another address", {}, { baseUrl: "https://other.example.com" }, undefined, undefined, false],
  ["another id", {}, { organization: "org-2" }, undefined, undefined, false],
  ["another key, but one name", {}, KEY, "Acme", "Acme", true],
  ["another key, and one name", {}, KEY, "Acme", undefined, false],
  ["one key, but two names", {}, {}, "Acme", "Beta", false],
])("%s: whether it is one organization", (_what, one, other, name, otherName, isOne) => {
  const [first, second] = [start(one), start(other)];
  declare(first, "user-bob", "bob", name);
  second.sync(otherName);
  expect(declarer(second, "user-bob") !== undefined).toBe(isOne);
});

test("the organization's name in the state counts until the API says one", () => {
  const [one, two] = [start(), start(KEY)];
  declare(one, "user-bob", "bob", "Acme");
  expect(declarer(two, "user-bob", "Acme")).toBe("bob");
  expect(declarer(two, "user-bob", "Beta")).toBeUndefined();
  two.sync("Beta");
  expect(declarer(two, "user-bob", "Acme")).toBeUndefined();
});

test("neither people nor keys can be read in the folder, and nobody else may look", () => {
  const one = start({ key: "sk-admin-SECRET-0123456789" });
  one.tell("declared", ["user-bob", "bob@example.com"], "robert");
  one.sync("Acme");
  const [name = ""] = readdirSync(place());
  const text = readFileSync(join(place(), name), "utf8");
  for (const told of ["bob@", "user-bob", "SECRET", "Acme"]) expect(text).not.toContain(told);
  expect(text).toContain("robert");
  if (isWindows) return;
  expect(statSync(place()).mode & 0o777).toBe(0o700);
  expect(statSync(join(place(), name)).mode & 0o777).toBe(0o600);
});

test("a process that ends in order takes with it what it told; a crashed one's counts while its engine runs", () => {
  const [one, crashed] = [start(), start()];
  declare(one, "user-bob", "bob");
  declare(crashed, "user-carol", "carol");
  one.end();
  const two = start();
  expect(declarer(two, "user-bob")).toBeUndefined();
  expect(declarer(two, "user-carol")).toBe("carol");
  // It says nothing any more.
  declare(one, "user-dan", "dan");
  expect(readdirSync(place())).toHaveLength(1);
});

test.each([
  ["at the same address", ENGINE.address],
  ["elsewhere", "127.0.0.1:5353"],
])("what an engine has left that has ended is ignored, and tidied up: %s", (_where, address) => {
  declare(start({}, { address, pid: NEVER }), "user-bob", "bob");
  declare(start({}, { address: "127.0.0.1:6464", pid: process.pid }), "user-bob", "bob");
  expect(declarer(start(), "user-bob")).toBeUndefined();
  expect(readdirSync(place())).toEqual([expect.stringContaining("6464")]);
});

test("a process gets the id of one that has crashed", () => {
  const pid = NEVER + 2;
  const one = start();
  declare(one, "user-dan", "dan");
  writeFileSync(join(place(), `127.0.0.1_4242~${process.pid}~${pid}`), "");
  declare(start(), "user-bob", "bob");
  expect(declarer(one, "user-bob")).toBe("bob");
});

test("half a line is read once its other half is there", () => {
  const one = start();
  declare(one, "user-dan", "dan");
  const [name = ""] = readdirSync(place());
  const whole = readFileSync(join(place(), name), "utf8");
  const half = join(place(), `127.0.0.1_4242~${process.pid}~${NEVER + 50}`);
  writeFileSync(half, whole.slice(0, -5));
  one.end();
  const two = start();
  expect(declarer(two, "user-dan")).toBeUndefined();
  writeFileSync(half, whole.slice(-5), { flag: "a" });
  expect(declarer(two, "user-dan")).toBe("dan");
});

(isWindows ? test.skip : test).each([
  ["a link", "ln -s . $PLACE", "is not a folder"],
  ["a file", "touch $PLACE", "is not a folder"],
  ["open to others", "mkdir -m 755 $PLACE", "is open to other users"],
  ["nowhere", "rm -r $PWD", "ENOENT"],
  ["another user's", "mkdir -m 700 $PLACE", "belongs to another user"],
])("a folder that is %s is not used: one line says so, and nothing fails", (_what, make, why) => {
  const user = (process.geteuid?.() ?? 0) + (why === "belongs to another user" ? 1 : 0);
  jest.spyOn(process, "geteuid").mockReturnValue(user);
  execFileSync("/bin/sh", ["-c", make], { cwd: temporary, env: { ...process.env, PLACE: place() } });
  const one = start();
  for (const person of ["user-bob", "user-carol"]) {
    declare(one, person, "one", "Acme");
    expect(declarer(one, person)).toBeUndefined();
    expect(others(one, "removal", [])).toBe(0);
  }
  expect(said).toEqual([expect.stringMatching(/^warning: This process cannot know whom other versions/)]);
  expect(said[0]).toContain(why);
});
