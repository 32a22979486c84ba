/**
 * The property in which a resource tells its handlers which resource of the program it is: handlers are told no
 * name. It goes no further than check, so that it is in no state.
 */
export const DECLARED_BY = "__declaredBy";

/** The property in which a roster tells its handlers whom the program declares besides; in no state, as above. */
export const ELSEWHERE = "__elsewhere";
