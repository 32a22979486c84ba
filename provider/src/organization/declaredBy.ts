/**
 * The property in which a resource tells its handlers which resource of the program it is: handlers are told no
 * name. It goes no further than check, so that it is in no state.
 */
export const DECLARED_BY = "__declaredBy";

let declared = 0;

/** A name for a resource that no other of this program has, as its own name need not be unique below its parent. */
export function declaredBy(name: string): string {
  return `${name}#${declared++}`;
}

/** The property in which a roster tells its handlers whom the program declares besides; in no state, as above. */
export const ELSEWHERE = "__elsewhere";
