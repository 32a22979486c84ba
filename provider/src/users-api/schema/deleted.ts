import * as v from "valibot";

import { parser } from "./parser";

/** Parses an answer of delete_user or delete_invite. */
export const parseDeleted = parser(v.object({ id: v.string(), deleted: v.literal(true) }));
