import { Team } from "./team";

new Team("platform", {
  owners: ["bob@example.com"],
  members: ["carol@example.com", "dan@example.com"],
});
