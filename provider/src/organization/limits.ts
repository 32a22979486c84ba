/** What every change of many people must keep to. */
export interface Limits {
  /** How many owners must stay. */
  readonly minOwners: number;
  /** How many people one update may remove from the organization. */
  readonly maxRemovals: number;
}
