import { expiryRules } from './expiry-rules';
import { listRules } from './list-rules';
import type { Rule } from './rule';
import { secretRules } from './secret-rules';
import { sharingRules } from './sharing-rules';
import { valueRules } from './value-rules';
import { watchRules } from './watch-rules';
import { writeRules } from './write-rules';

export { patience } from './expect';
export { type Rule, type RuleOutcome, type StoreFactory, checkRule } from './rule';

/** What every store promises, as rules that any test runner can check. */
export const rules: readonly Rule[] = [
  ...valueRules,
  ...writeRules,
  ...listRules,
  ...watchRules,
  ...expiryRules,
  ...secretRules,
  ...sharingRules,
];
