/** The API operations, by their names in the API's document. The API throttles each of them by itself. */
export type Operation = "list_users" | "retrieve_user" | "modify_user" | "delete_user";
