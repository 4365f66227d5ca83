import type { PatchRequest } from '@nexus-state/documents';

/** The JSON Pointers that a patch writes to, each once. */
export function touchedPointers(patch: PatchRequest): string[] {
  const touched = new Set<string>();
  for (const operation of patch) {
    if (operation.op === 'test') continue;
    if (operation.op === 'move') touched.add(operation.from);
    touched.add(operation.path);
  }
  return [...touched];
}
