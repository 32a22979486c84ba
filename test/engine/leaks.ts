import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";

const PREFIX = "sk-admin-";

/** A key that occurs nowhere else, with characters that JSON, URLs and shells write otherwise. */
export function canaryKey(): string {
  return `${PREFIX}canary-${randomBytes(8).toString("hex")}+/${randomBytes(8).toString("hex")}`;
}

/** Texts that give a key away: itself, a telling piece of it, and what encoders make of it. */
function disguises(key: string): readonly string[] {
  const utf8 = Buffer.from(key);
  // Base64 has three forms, by where in the text the key begins; the edges depend on what stands beside it.
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), utf8])
      .toString("base64")
      .slice(4, -4),
  );
  return [
    key,
    key.slice(PREFIX.length, PREFIX.length + 12),
    encodeURIComponent(key),
    JSON.stringify(key).slice(1, -1),
    utf8.toString("hex"),
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** The lines of a text in which a key is given away. */
export function leaksIn(text: string, key: string): readonly string[] {
  const searched = disguises(key);
  return text.split("\n").filter((line) => searched.some((disguise) => line.includes(disguise)));
}

/** The files below a folder in which a key is given away; links are not followed. */
export async function leakingFiles(folder: string, key: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const leaking: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (leaksIn(unpacked(await readFile(path)).toString("latin1"), key).length > 0) {
      leaking.push(relative(folder, path));
    }
  }
  return leaking;
}

/** Backends may compress what they keep. */
function unpacked(content: Buffer): Buffer {
  return content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content;
}
