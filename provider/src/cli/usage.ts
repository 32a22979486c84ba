import { ROLES } from "../users-api/role";
import { DRIFT_FORMATS } from "./drift/driftFormat";
import { OWN_PACKAGE } from "../users-api/ownPackage";
import { FORMATS } from "./adopt/project";

/** The text of `--help`. */
export const USAGE = `Usage: ${OWN_PACKAGE.name} COMMAND [options]

Commands:
  adopt     write a Pulumi program that declares the organization as it is
  list      list the people of the organization
  drift     preview a stack with the Pulumi CLI, and tell who is not as the code declares; changes nothing
  doctor    check the settings, the admin key and the installation

Options of adopt:
  --role R       only people with this role: ${ROLES.join(", ")}
  --format F     ${FORMATS[0]} (default): the people stand in the program;
                 yaml-data: they stand in a file, members.yaml, which the program reads
  --out FOLDER   write a whole project into this folder, which must be empty or absent;
                 default: the program alone, to standard output

Options of list:
  --json         an array of users, for programs
  --role R       only people with this role: ${ROLES.join(", ")}
  --email E      only the person with this email; may be repeated

Options of drift:
  --format F     ${DRIFT_FORMATS.join(", ")}; default: ${DRIFT_FORMATS[0]}
  -C, --cwd DIR  the folder of the Pulumi project; default: the current one
  -s, --stack S  the stack; default: PULUMI_STACK, or else the selected one

  --help         print this
  --version      print the version

The settings are those of the provider, from the environment: OPENAI_ADMIN_KEY, OPENAI_BASE_URL and so on
(doctor shows all). Stack configuration is not read.

Exit codes: 0 all is well; 1 the organization could not be read, or doctor found something; 2 wrong usage, or a
folder that is not empty. Of drift: 0 no drift; 2 drift; 1 anything else.
`;
