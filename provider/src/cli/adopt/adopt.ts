import { mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { isOpen } from "../../organization/invitations";
import type { Opened } from "../../organization/openOrganization";
import { isNotFound, PermissionDeniedError } from "../../users-api/errors";
import type { Invite } from "../../users-api/schema";
import { shown } from "../../text";
import { OWN_PACKAGE } from "../../ownPackage";
import { adoption, sumUp, type Adoption } from "./adoption";
import { UsageError, type AdoptCommand } from "../commandLine";
import { listEverybody, organizationOf } from "../organization";
import { projectFiles } from "./project";
import { projectName } from "./projectName";
import { quote } from "../quote";
import type { Terminal } from "../terminal";
import { typescriptProgram } from "./typescriptProgram";
import { yamlProgram } from "./yamlProgram";

/** `adopt`: a Pulumi program that declares the organization as it is, or a whole project. */
export async function adopt(command: AdoptCommand, terminal: Terminal): Promise<void> {
  const { role, format, shape, out } = command;
  const folder = out === undefined ? undefined : resolve(terminal.folder, out);
  // Before the listing, which can take minutes.
  if (folder !== undefined) await requireEmpty(folder);
  const { directory, invitations, projects } = organizationOf(terminal);
  const users = await listEverybody(directory, terminal);
  const invites = await pendingOf(invitations, terminal);
  const withUsers = command.projects ? await projects.withUsers() : [];
  const adopted = adoption(users, role, shape, invites, withUsers);

  const name = projectName(directory.organization, basename(folder ?? terminal.folder));

  if (folder === undefined || out === undefined) {
    terminal.out(format === "yaml" ? yamlProgram(adopted, name) : typescriptProgram(adopted));
  } else {
    const files = projectFiles(adopted, format, name);
    for (const [path, text] of Object.entries(files)) await writeNew(join(folder, path), text);
    terminal.out(
      `${shown(folder)} declares ${sumUp(adopted.people)}. Next:\n\n` +
        `  cd ${argument(out)}\n  npm install   # ${OWN_PACKAGE.name} ${OWN_PACKAGE.version}, from your npm registry\n` +
        "  pulumi stack init prod\n  pulumi up\n",
    );
  }
  noteLeftOut(adopted, terminal);
}

/** list_invites. Without the scope for it, or on a server without invitations, there are none. */
async function pendingOf(invitations: Opened["invitations"], terminal: Terminal): Promise<readonly Invite[]> {
  try {
    return (await invitations.all()).filter(isOpen);
  } catch (error) {
    if (!(error instanceof PermissionDeniedError) && !isNotFound(error)) throw error;
    terminal.note(`Invitations are left out: ${error.message}`);
    return [];
  }
}

/** A path as one argument of a command to copy. */
function argument(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : quote(path);
}

function noteLeftOut({ leftOut }: Adoption, terminal: Terminal): void {
  if (leftOut.length === 0) return;
  terminal.note("Not declared:");
  for (const { user, reason } of leftOut) {
    terminal.note(
      `  ${quote(user.userId)}${user.email === undefined ? "" : `, ${quote(user.email)}`}: ${reason}`,
    );
  }
}

/**
 * Checks that a folder is absent, or empty but for `.git`: a project may go into a new repository.
 *
 * @throws {@link UsageError} if it is not.
 */
async function requireEmpty(folder: string): Promise<void> {
  let entries: string[];
  try {
    entries = await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code === "ENOTDIR") throw new UsageError(`${shown(folder)} is not a folder.`, { cause: error });
    throw error;
  }
  const inTheWay = entries.find((entry) => entry !== ".git");
  if (inTheWay === undefined) return;
  throw new UsageError(
    `The folder ${shown(folder)} is not empty: it contains ${shown(inTheWay)}. Nothing was written. Give an empty or new folder.`,
  );
}

/** Writes a file that must not exist yet, and the folders above it. */
async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text, { flag: "wx" });
}
