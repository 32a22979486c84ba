import { unknownProperties, type Problem, type RawInputs } from "../organization/inputs";
import { lookUpProjects, lookUpUser, lookUpUsers } from "../organization/lookUps";
import type { Session } from "../organization/session";
import { nameOf, unknownToken } from "./tokens";

/** A data source. */
interface Function {
  readonly args: readonly string[];
  answer(session: Session, args: RawInputs): Promise<object>;
}

/** The data sources by name. What was read for the resources may answer them. */
const FUNCTIONS: Readonly<Record<string, Function>> = {
  getOrganizationUsers: {
    args: ["role", "emails"],
    answer: async ({ directory, say }, args) => ({ users: await lookUpUsers(directory, args, say) }),
  },
  getOrganizationUser: {
    args: ["userId", "email"],
    answer: ({ directory }, args) => lookUpUser(directory, args),
  },
  getProjects: {
    args: ["includeArchived"],
    answer: async ({ projects }, { includeArchived }) => ({
      projects: await lookUpProjects(projects, includeArchived),
    }),
  },
};

/**
 * Answers a data source.
 *
 * @throws Error if there is no such data source, or it fails.
 */
export async function invoke(
  session: Session,
  token: string,
  args: RawInputs,
): Promise<{ readonly answer: object; readonly problems: readonly Problem[] }> {
  const name = nameOf(token);
  const { [name]: found } = FUNCTIONS;
  if (found === undefined) throw unknownToken("function", token, Object.keys(FUNCTIONS));
  const problems = unknownProperties(args, found.args);
  if (problems.length > 0) return { answer: {}, problems };
  try {
    return { answer: await found.answer(session, args), problems };
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  }
}
