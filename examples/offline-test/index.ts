import { declarePeople } from "./people";

declarePeople();
