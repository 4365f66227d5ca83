const policies: Readonly<Record<string, string>> = {
  CONFLICT_POLICY_REJECT: 'reject',
  CONFLICT_POLICY_MERGE: 'merge',
  CONFLICT_POLICY_OVERWRITE: 'overwrite',
};

/** The conflict policy of a message as HTTP names it; undefined where it names none. One that is not known stays, to be refused. */
export function conflictPolicy(value: string | number): string | undefined {
  return value === 'CONFLICT_POLICY_UNSPECIFIED' ? undefined : (policies[value] ?? String(value));
}
