const space = 0x20;

/**
 * The entries of a tree as git stores it: `<mode> <name>\0<hash>`, one after the other.
 * @param hashBytes how long a hash is: 20 bytes, 32 where the repository has SHA-256
 * @returns the hash of each name, in hex
 */
export function treeEntries(tree: Buffer, hashBytes: number): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (let at = 0; at < tree.length;) {
    const name = tree.indexOf(space, at) + 1;
    const hash = tree.indexOf(0, name) + 1;
    at = hash + hashBytes;
    entries.set(tree.toString('utf8', name, hash - 1), tree.toString('hex', hash, at));
  }
  return entries;
}
