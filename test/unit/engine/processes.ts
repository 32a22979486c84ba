import os from "node:os";

import { Rendezvous } from "../../../provider/src/engine/rendezvous";
import { AdminKey } from "../../../provider/src/users-api/adminKey";
import { folderWith } from "../../folderWith";

/** An engine that runs. */
export const ENGINE = { address: "127.0.0.1:4242", pid: process.pid };

/** No process has such an id, or a higher one: the first to be started has the next. */
export const NEVER = 99_999_999;

const ACCOUNT = { key: "sk-admin-one", baseUrl: "https://api.example.com", organization: undefined };

/** The folder in which they meet is in this one. */
export let temporary: string;
/** What they have said. */
export let said: string[];
let started: AbortController[];

beforeEach(() => {
  temporary = folderWith();
  jest.spyOn(os, "tmpdir").mockReturnValue(temporary);
  started = [];
  said = [];
});

afterEach(() => {
  for (const end of started) end.abort();
  jest.restoreAllMocks();
});

/** Starts a process, which ends with the test. */
export function startProcess(account: object = {}, engine = ENGINE): Rendezvous & { end: () => void } {
  const { key, ...others } = { ...ACCOUNT, ...account };
  const end = new AbortController();
  const pid = NEVER + started.push(end);
  const one = new Rendezvous({
    engine,
    pid,
    account: { adminKey: new AdminKey(key), ...others },
    say: (line) => said.push(line),
    end: end.signal,
  });
  return Object.assign(one, {
    end: () => {
      end.abort();
    },
  });
}
