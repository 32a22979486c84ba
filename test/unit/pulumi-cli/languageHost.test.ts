import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import { ProgramInfo, RunRequest, type RunResponse } from "@pulumi/pulumi/proto/language_pb";
import { bundleLanguageHost } from "../../../tools/pulumi-cli/bundle";
import { makeScratch, removeScratches, version } from "./fakes";

let root: string;
let program: string;
let host: ChildProcess;
let client: LanguageRuntimeClient;

beforeAll(async () => {
  root = makeScratch().root;
  const file = join(root, "pulumi-language-nodejs");
  await bundleLanguageHost(file, version);
  // The environment of this file, which is not that of the process: see test/environment.ts.
  const { env } = process;
  host = spawn(file, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"], cwd: root, env });
  if (!host.stdout) throw new Error("no standard output");
  const port = await new Promise<string>((resolve) => {
    createInterface({ input: host.stdout ?? process.stdin }).once("line", resolve);
  });
  client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
});
afterAll(() => {
  client.close();
  host.kill();
  removeScratches();
});

beforeEach(() => {
  program = join(makeScratch().root, "program");
  mkdirSync(program);
});

/** A stand-in for the SDK's program runner, installed where the program finds it. */
function installRunner(body: string): void {
  const folder = join(program, "node_modules", "@pulumi", "pulumi", "cmd", "run");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), body);
}

function info(options: Record<string, JavaScriptValue> = {}): ProgramInfo {
  return new ProgramInfo()
    .setRootDirectory(root)
    .setProgramDirectory(program)
    .setEntryPoint(".")
    .setOptions(Struct.fromJavaScript(options));
}

function request(options?: Record<string, JavaScriptValue>): RunRequest {
  const made = new RunRequest()
    .setProject("a-project")
    .setStack("a-stack")
    .setOrganization("an-organization")
    .setMonitorAddress("127.0.0.1:2")
    .setParallel(7)
    .setDryrun(true)
    .setConfigsecretkeysList(["a-project:secret"])
    .setInfo(info(options));
  made.getConfigMap().set("a-project:secret", "hush");
  return made;
}

/** A call of the client as a promise. */
function ask<Response>(call: (done: (error: ServiceError | null, response: Response) => void) => unknown) {
  return new Promise<Response>((resolve, reject) => {
    call((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

function runProgram(options?: Record<string, JavaScriptValue>): Promise<RunResponse> {
  return ask<RunResponse>((done) => client.run(request(options), done));
}

interface Seen {
  readonly argv: string[];
  readonly execArgv: string[];
  readonly env: Record<string, string>;
}

function installRecorder(): () => Seen {
  const file = join(program, "seen.json");
  installRunner(`const { argv, execArgv, env } = process;
    require("fs").writeFileSync(${JSON.stringify(file)}, JSON.stringify({ argv: argv.slice(2), execArgv, env }));`);
  return () => JSON.parse(readFileSync(file, "utf8")) as Seen;
}

test("starts the SDK's runner with what it needs to know", async () => {
  const seen = installRecorder();
  expect((await runProgram()).toObject()).toEqual({ error: "", bail: false });
  const { argv, env } = seen();
  const flags = ["--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--organization", "an-organization"];
  flags.push("--project", "a-project", "--root-directory", root, "--stack", "a-stack", "--pwd", program);
  expect(argv).toEqual([...flags, "--dry-run", "--parallel", "7", "."]);
  expect(JSON.parse(env.PULUMI_CONFIG ?? "")).toEqual({ "a-project:secret": "hush" });
  expect(JSON.parse(env.PULUMI_CONFIG_SECRET_KEYS ?? "")).toEqual(["a-project:secret"]);
  expect(env.PULUMI_NODEJS_TYPESCRIPT).toBe("true");
});

test("passes on the options of Pulumi.yaml", async () => {
  const seen = installRecorder();
  await runProgram({
    typescript: false,
    nodeargs: "--title=a  --trace-gc",
    tsconfig: "tsconfig.pulumi.json",
  });
  expect(seen().execArgv).toEqual(["--title=a", "--trace-gc"]);
  expect(seen().env.PULUMI_NODEJS_TYPESCRIPT).toBeUndefined();
  expect(seen().env.PULUMI_NODEJS_TSCONFIG_PATH).toBe("tsconfig.pulumi.json");
});

test.each<[string, { error: string; bail: boolean }]>([
  ["process.exit(32)", { error: "", bail: true }],
  ["process.exit(3)", { error: "The program ended with 3.", bail: false }],
  ["process.kill(process.pid, 'SIGKILL')", { error: "The program ended with SIGKILL.", bail: false }],
])("answers %s", async (body, expected) => {
  installRunner(body);
  expect((await runProgram()).toObject()).toEqual(expected);
});

test("says so where the SDK is not installed", async () => {
  const error = (await runProgram()).getError();
  expect(error).toContain("@pulumi/pulumi");
  expect(error).toContain("npm install");
});

test("ends the program when it is told to cancel", async () => {
  const started = join(program, "started");
  const interrupted = join(program, "interrupted");
  installRunner(`const fs = require("fs");
    process.on("SIGINT", () => { fs.writeFileSync(${JSON.stringify(interrupted)}, ""); process.exit(0); });
    setInterval(() => {}, 1000);
    fs.writeFileSync(${JSON.stringify(started)}, "");`);
  const running = runProgram();
  while (!existsSync(started)) await new Promise((resolve) => setTimeout(resolve, 20));
  await ask<Empty>((done) => client.cancel(new Empty(), done));
  await running;
  expect(existsSync(interrupted)).toBe(true);
});

test("says its version", async () => {
  const answer = await ask<{ getVersion(): string }>((done) => client.getPluginInfo(new Empty(), done));
  expect(answer.getVersion()).toBe(version);
});
