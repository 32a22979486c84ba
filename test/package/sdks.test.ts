import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

import { homeOf } from "../../tools/pulumi-cli/home";
import type { RunResult } from "../../tools/sandbox";
import { pulumiCommand, startEngine } from "../engine/engine";
import { archive, made, serveReleases, temporaryFolder } from "./releases";

const isHere = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args).status === 0;
const hasTools = isHere("go", "version") && isHere("python3", "-m", "venv", "--help");

/** Runs a program without a language host: in this process, by the Automation API. */
const RUN = `
import sys, pulumi, pulumi_openai_organization as openai
from pulumi import automation

def program():
    openai.OrganizationUserRole("bob", email="bob@example.com", role=sys.argv[2])
    pulumi.export("first", openai.get_organization_users_output(role="owner").users[0].email)

stack = automation.create_or_select_stack("dev", "people", program, opts=automation.LocalWorkspaceOptions(work_dir="."))
getattr(stack, sys.argv[1])(on_output=print)
`;

(hasTools && process.platform !== "win32" ? test : test.skip)(
  "the wheel in a virtual environment is all that a Python program needs: Pulumi gets the plugin from the release",
  async () => {
    const repository = await serveReleases(await archive("--without-node"));
    const out = await temporaryFolder();
    const wheel = await made("sdks", "--out", out, "--repository", repository);
    const go = await readFile(
      join(out, "go", "openaiorganization", "internal", "pulumiUtilities.go"),
      "utf8",
    );
    expect(go).toContain(`${repository}/releases/download/`);

    const engine = await startEngine({
      nodeModules: null,
      files: { "Pulumi.yaml": "name: people\nruntime: python\n", "main.py": RUN },
      env: { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: undefined },
    });
    const { sandbox, organization } = engine;
    const runs = async (command: string, ...args: readonly string[]): Promise<RunResult> => {
      const PATH = [
        "venv/bin",
        dirname(await pulumiCommand()),
        dirname(process.execPath),
        "/usr/bin",
        "/bin",
      ].join(delimiter);
      const result = await sandbox.run(command, args, { env: { PATH } });
      expect(result).toMatchObject({ code: 0 });
      return result;
    };
    const { version } = homeOf(process.env);
    const [python, quiet] = [join(sandbox.folder, "venv", "bin", "python"), "--quiet"];
    expect((await sandbox.run("python3", ["-m", "venv", "venv"])).code).toBe(0);
    await runs(
      python,
      "-m",
      "pip",
      "install",
      quiet,
      "--disable-pip-version-check",
      `pulumi==${version}`,
      wheel,
    );

    await runs(python, "main.py", "up", "owner");
    expect(engine.roleOf("user-bob")).toBe("owner");
    organization.users.change("user-bob", { role: "member" });
    expect((await runs(python, "main.py", "preview", "owner")).output).toContain("plan: promote");
  },
  900_000,
);
