/**
 * The hidden input in which a program tells the handlers which of its resources declares somebody: the engine tells them
 * no name. It goes no further than check, so that it is in no state.
 */
export const DECLARED_BY = "__declaredBy";
