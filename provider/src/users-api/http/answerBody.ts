import type { Dispatcher } from "undici";

/** The largest answer that is read, in bytes. A page of 100 users is about 30 KB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** A body's text, or why it was not read. */
export type Body =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly text?: undefined; readonly problem: string };

/** Reads the whole body, unless it is too large or compressed. */
export async function readBody(response: Dispatcher.ResponseData): Promise<Body> {
  const encoding = headerText(response.headers["content-encoding"]);
  const tooLarge = `more than ${MAX_ANSWER_BYTES / 1024 / 1024} MiB`;
  let problem: string | undefined;
  if (Number(headerText(response.headers["content-length"]) ?? 0) > MAX_ANSWER_BYTES) problem = tooLarge;
  // Compression is never asked for, and a compressed body can be far larger than it seems.
  if (encoding !== undefined && encoding !== "identity") problem = "compressed, which was not asked for";

  const chunks: Buffer[] = [];
  let size = 0;
  if (problem === undefined) {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) {
        problem = tooLarge;
        break;
      }
      chunks.push(chunk);
    }
  }
  if (problem !== undefined) {
    // Destroying a body emits an error, which is this very refusal.
    response.body.on("error", () => undefined).destroy();
    return { problem };
  }
  return { text: Buffer.concat(chunks, size).toString("utf8") };
}

/** A header's value; the first, if there are several. */
export function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
