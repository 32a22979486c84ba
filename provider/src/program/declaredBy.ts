let declared = 0;

/** A name for a resource that no other of this program has, as its own name need not be unique below its parent. */
export function declaredBy(name: string): string {
  return `${name}#${declared++}`;
}
