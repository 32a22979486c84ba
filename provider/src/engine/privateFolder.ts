import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder for temporary files, the same for all processes of a user, that nobody else can enter. Everybody may write beside
 * it, so what is there already may be somebody else's.
 *
 * @throws Error if it cannot be had.
 */
export function privateFolder(): string {
  const user = process.geteuid?.();
  const folder = join(tmpdir(), `pulumi-openai-organization-${user ?? "user"}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const there = lstatSync(folder);
  if (!there.isDirectory()) throw new Error(`${folder} is not a folder`);
  // Windows has a temporary folder for each user, and tells neither.
  if (user === undefined) return folder;
  if (there.uid !== user) throw new Error(`${folder} belongs to another user`);
  if ((there.mode & 0o077) !== 0) throw new Error(`${folder} is open to other users: run chmod 700 on it`);
  return folder;
}
