import { BadRequestError, ServerError, StatusError } from "./errors";
import type { Role } from "./role";

/** The two words for the role below owner. */
type MemberWord = Exclude<Role, "owner">;

/**
 * Which of the words `member` and `reader` the server takes: both are documented, and some servers take only one. The
 * first request that sends one tells, so it costs at most one refused request.
 */
export class RoleWords {
  readonly #taken = new Map<MemberWord, boolean>();
  /** The request that tries a word: whether the server answered it. */
  #trial: Promise<boolean> | undefined;

  /**
   * Sends a role in a word that the server takes: the given one, unless it was refused.
   *
   * @param send - Sends a word; fails with a `BadRequestError` if the server refuses it.
   */
  async send<T>(role: Role, send: (word: Role) => Promise<T>): Promise<T> {
    if (role === "owner") return send(role);
    // Other requests wait for the trial, unless the server cannot be reached.
    while (this.#trial !== undefined && !this.#taken.has(role)) if (!(await this.#trial)) break;
    const taken = this.#taken.get(role);
    if (taken !== undefined) return send(taken ? role : otherWord(role));
    const trial = this.#try(role, send);
    this.#trial = trial.then(() => true, wasAnswered).finally(() => (this.#trial = undefined));
    return trial;
  }

  async #try<T>(word: MemberWord, send: (word: Role) => Promise<T>): Promise<T> {
    try {
      const answer = await send(word);
      this.#taken.set(word, true);
      return answer;
    } catch (error) {
      if (!isAboutRole(error)) throw error;
      const other = otherWord(word);
      const answer = await send(other).catch((second: unknown) => {
        // If it takes neither, its answer to the program's own word counts.
        throw second instanceof BadRequestError ? error : second;
      });
      this.#taken.set(word, false).set(other, true);
      return answer;
    }
  }
}

function otherWord(word: MemberWord): MemberWord {
  return word === "member" ? "reader" : "member";
}

function wasAnswered(error: unknown): boolean {
  return error instanceof StatusError && !(error instanceof ServerError);
}

/** Whether a server may have refused the word: it says so, or gives no reason at all. */
function isAboutRole(error: unknown): boolean {
  if (!(error instanceof BadRequestError)) return false;
  const { answer, status, said } = error;
  return answer === `${status}` || /\b(role|member|reader|owner)/i.test(`${said.param ?? ""} ${answer}`);
}
