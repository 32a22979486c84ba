/** What the engine sends in a preview for a value that is known only once another resource exists. */
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The property by which a value of the engine's says that it is no plain one, such as a secret. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
