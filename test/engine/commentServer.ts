import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** A comment on a pull request of GitHub's, or a note on a merge request of GitLab's. */
export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
  readonly author: { readonly id: number };
}

/** Who comments in the workflows. */
const BOT = { user: { login: "github-actions[bot]" }, author: { id: 7 } } as const;

/** The comments of one pull request, listed, written and edited as GitHub's and GitLab's APIs do. */
export class CommentServer implements AsyncDisposable {
  readonly comments: Comment[] = [];
  readonly #server = createServer((request, response) => {
    void this.#answer(request).then(({ status, body, next }) => {
      const link = next === undefined ? {} : { link: `<${next}>; rel="next"` };
      const page = next === undefined ? "" : (new URL(next).searchParams.get("page") ?? "");
      response.writeHead(status, { "content-type": "application/json", "x-next-page": page, ...link });
      response.end(JSON.stringify(body));
    });
  });

  static async start(): Promise<CommentServer> {
    const server = new CommentServer();
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Somebody else's comment. */
  add(body: string): void {
    this.comments.push({ id: this.comments.length, body, user: { login: "mallory" }, author: { id: 1 } });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: unknown; next?: string }> {
    const { method = "", headers } = request;
    const url = new URL(request.url ?? "", this.url);
    const path = url.pathname;
    const isKnown = headers.authorization === "token secret" || headers["private-token"] === "secret";
    if (!isKnown) return { status: 401, body: {} };
    if (method === "GET" && path === "/user") return { status: 200, body: { id: BOT.author.id } };
    const [, collection, one] =
      /^(\/repos\/people\/roles\/issues(?:\/5)?\/comments|\/projects\/3\/merge_requests\/5\/notes)(?:\/(\d+))?$/.exec(
        path,
      ) ?? [];
    if (collection === undefined) return { status: 404, body: {} };
    if (method === "GET") return this.#page(url);
    const { body } = (await json(request)) as { body: string };
    // What GitHub takes at most.
    if (body.length > 65_536) return { status: 422, body: {} };
    if (method === "POST") {
      const comment = { id: this.comments.length, body, ...BOT };
      this.comments.push(comment);
      return { status: 201, body: comment };
    }
    const comment = this.comments.find(({ id }) => id === Number(one));
    if (comment === undefined) return { status: 404, body: {} };
    comment.body = body;
    return { status: 200, body: comment };
  }

  #page(url: URL): { status: number; body: unknown; next?: string } {
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const page = Number(url.searchParams.get("page") ?? 1);
    const body = this.comments.slice((page - 1) * size, page * size);
    if (page * size >= this.comments.length) return { status: 200, body };
    url.searchParams.set("page", String(page + 1));
    return { status: 200, body, next: url.href };
  }
}
