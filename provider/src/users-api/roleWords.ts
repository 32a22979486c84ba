import { BadRequestError } from "./errors";
import type { Role } from "./role";

/** The two words for the role below owner. */
type MemberWord = Exclude<Role, "owner">;

/**
 * Which of the words `member` and `reader` the server takes: both are documented, and some servers take only one. Its
 * first refusal tells, so it refuses only the requests that are under way until then.
 */
export class RoleWords {
  #refused: MemberWord | undefined;

  /**
   * Sends a role in a word that the server takes: the given one, unless it was refused.
   *
   * @param send - Sends a request, and asks for the word when the request leaves: by then others may have found it out.
   * Fails with a `BadRequestError` if the server refuses the word.
   */
  async send<T>(role: Role, send: (word: () => Role) => Promise<T>): Promise<T> {
    if (role === "owner") return send(() => role);
    let word: MemberWord = role;
    try {
      return await send(() => (word = role === this.#refused ? otherWord(role) : role));
    } catch (refusal) {
      if (!isAboutRole(refusal)) throw refusal;
      this.#refused = word;
      return send(() => otherWord(word)).catch((error: unknown) => {
        if (!(error instanceof BadRequestError)) throw error;
        // If it takes neither, its answer to the program's own word counts.
        this.#refused = undefined;
        throw refusal;
      });
    }
  }
}

function otherWord(word: MemberWord): MemberWord {
  return word === "member" ? "reader" : "member";
}

/** Whether a server may have refused the word: it says so, or gives no reason at all. */
function isAboutRole(error: unknown): error is BadRequestError {
  if (!(error instanceof BadRequestError)) return false;
  const { answer, status, said } = error;
  return answer === `${status}` || /\b(role|member|reader|owner)/i.test(`${said.param ?? ""} ${answer}`);
}
