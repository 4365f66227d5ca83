/** A full copy of the state is kept with every so many-th version, so that any version is rebuilt from fewer patches. */
export const fullCopyInterval = 50;

/** Whether a full copy of the state is kept with a version. The creation of a panel is one by itself. */
export function isFullCopyDue(version: number): boolean {
  return version % fullCopyInterval === 0;
}
