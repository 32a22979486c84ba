import type { NewUser } from "./store";

/** The people the example programs name. */
export const EXAMPLE_PEOPLE: readonly NewUser[] = [
  { id: "user-alice", email: "alice@example.com", name: "Alice", role: "owner" },
  { id: "user-bob", email: "bob@example.com", name: "Bob", role: "member" },
  { id: "user-carol", email: "carol@example.com", name: "Carol", role: "member" },
  { id: "user-dan", email: "dan@example.com", name: "Dan", role: "member" },
  { id: "user-erin", email: "erin@example.com", name: "Erin", role: "member" },
];
