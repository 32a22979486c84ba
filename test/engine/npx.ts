import { chmod } from "node:fs/promises";
import { join } from "node:path";

import type { Sandbox } from "../../tools/sandbox";

/** Runs what is on the PATH without looking at the packages first: that takes longer than the command. */
const QUICK_NPX = 'if [ "$1" = --no-install ]; then shift; fi; exec "$@"';

/** Gives a sandbox an npx of its own. */
export async function writeNpx(sandbox: Sandbox, script = QUICK_NPX): Promise<void> {
  await sandbox.write("bin/npx", `#!/bin/sh\n${script}\n`);
  await chmod(join(sandbox.folder, "bin", "npx"), 0o755);
}
