/**
 * The hidden input in which a program tells the handlers which of its resources is being checked: the engine does not
 * tell them a name. Check drops it, so that it is never in a state.
 */
export const DECLARED_BY = "__declaredBy";
