// Writes the SDKs that programs in other languages install, from the provider's schema, and builds the Python wheel.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { withAddresses } from "../release/repository.js";

const HERE = dirname(fileURLToPath(import.meta.url));
const TOP = resolve(HERE, "..", "..");

const USAGE = `Usage: npm run sdks -- [options]

Writes the SDKs for Python and Go, with Go and the packages of Pulumi's own generator, builds the Python wheel, and
prints its path last. For .NET and Java it runs "pulumi package gen-sdk", where the CLI has those languages' hosts.

  --out FOLDER          where to write them (default: .build/sdks)
  --repository ADDRESS  instead of the one in provider/package.json
  --version VERSION     likewise
  --all                 fail where a language's host is missing
`;

/** Those that only their hosts can write. */
const OF_HOSTS = ["dotnet", "java"];

const read = (path) => JSON.parse(readFileSync(join(TOP, path), "utf8"));

/** Python and Go, in folders of these names. */
function generate(schema, out) {
  const work = mkdtempSync(join(tmpdir(), "pulumi-openai-sdks-"));
  try {
    const { version } = read("node_modules/pulumi/package.json");
    cpSync(join(HERE, "generate.go"), join(work, "main.go"));
    writeFileSync(
      join(work, "go.mod"),
      `module sdks\ngo 1.26\nrequire github.com/pulumi/pulumi/pkg/v3 v${version}\n`,
    );
    const env = { ...process.env, GOWORK: "off" };
    execFileSync("go", ["run", "-mod=mod", ".", schema, out], { cwd: work, env, stdio: "inherit" });
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** Returns the wheel's path. */
function wheel(version, out) {
  const work = mkdtempSync(join(tmpdir(), "pulumi-openai-wheel-"));
  try {
    // What the build leaves is no part of the SDK.
    cpSync(join(out, "python"), work, { recursive: true });
    const pip = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"];
    execFileSync("python3", [...pip, "--wheel-dir", out, work], { stdio: "inherit" });
  } finally {
    rmSync(work, { recursive: true });
  }
  return join(out, `pulumi_openai_organization-${version}-py3-none-any.whl`);
}

/** Whether the CLI has the language's host, and so has written its SDK. */
function byHost(language, schema, out) {
  const { status, stderr } = spawnSync(
    "npx",
    ["pulumi", "package", "gen-sdk", schema, "--language", language, "--out", out],
    { cwd: TOP, encoding: "utf8", shell: process.platform === "win32" },
  );
  if (status === 0) return true;
  console.error(`There is no SDK for ${language}: ${stderr.trim()}`);
  rmSync(join(out, language), { recursive: true, force: true });
  return false;
}

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(TOP, ".build", "sdks") },
    repository: { type: "string" },
    version: { type: "string" },
    all: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(USAGE);
else {
  const out = resolve(values.out);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const manifest = read("provider/package.json");
  if (values.repository !== undefined) manifest.repository = { url: values.repository };
  if (values.version !== undefined) manifest.version = values.version;
  const schema = join(out, "schema.json");
  writeFileSync(schema, JSON.stringify(withAddresses(read("provider/schema.json"), manifest), undefined, 2));
  generate(schema, out);
  const missing = OF_HOSTS.filter((language) => !byHost(language, schema, out));
  if (values.all && missing.length > 0) process.exitCode = 1;
  console.log(wheel(manifest.version, out));
}
