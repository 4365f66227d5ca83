import type { CoreObserver, HintObserver, LiveObserver, TriggerObserver } from '@nexus-state/state-core';
import type { CoreErrorCode } from '@nexus-state/state-core';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Observes the core and live updates: for metrics, and for the log where something went wrong. */
export type ProcessObserver = Required<CoreObserver> &
  Pick<LiveObserver, 'changeDelivered'> &
  TriggerObserver;

const lookUpResults = {
  fresh: 'hit',
  stale: 'stale',
  miss: 'miss',
  unavailable: 'unavailable',
} as const;

const hintKinds: readonly Parameters<HintObserver['hintFailed']>[0][] = [
  'cache',
  'update',
  'presence',
  'rate limits',
];
const triggerKinds: readonly Parameters<TriggerObserver['triggerFailed']>[1][] = [
  'ai-edit',
  'deletion',
  'many-changes',
];
const ratePolicies = ['user-reads', 'user-writes', 'workspace-reads', 'workspace-writes'];
const conflictCodes: readonly CoreErrorCode[] = ['version_conflict', 'merge_conflict'];

const lagBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts what the core does.
 * @param log gets the same failures
 */
export function coreMetrics(registry: Registry, log: HintObserver & TriggerObserver): ProcessObserver {
  const registers = [registry];
  const lookUps = new Counter({
    name: 'nexus_cache_lookups_total',
    help: 'Cache look-ups of panels, by result: hit, stale (to be compared with the database), miss, unavailable.',
    labelNames: ['result'],
    registers,
  });
  const changes = new Counter({
    name: 'nexus_changes_total',
    help: 'Accepted changes of panels, by type, and by whether they were merged with changes that their author had not seen.',
    labelNames: ['type', 'merged'],
    registers,
  });
  const refused = new Counter({
    name: 'nexus_changes_refused_total',
    help: 'Refused changes of panels, by the code of the error: version_conflict, merge_conflict, …',
    labelNames: ['code'],
    registers,
  });
  const hints = new Counter({
    name: 'nexus_hint_failures_total',
    help: 'Hints that could not be published, by kind: cache, update, presence, rate limits. They are repaired later.',
    labelNames: ['hint'],
    registers,
  });
  const triggers = new Counter({
    name: 'nexus_snapshot_trigger_failures_total',
    help: 'Changes that continued without the snapshot due before them, by trigger.',
    labelNames: ['trigger'],
    registers,
  });
  const delivered = new Counter({
    name: 'nexus_realtime_deliveries_total',
    help: 'Updates sent to subscribers that are up to date, one for each subscriber.',
    registers,
  });
  const lag = new Histogram({
    name: 'nexus_realtime_delivery_lag_seconds',
    help: "Time from a change's acceptance, by the clock of the database, to its delivery here, in seconds.",
    buckets: lagBuckets,
    registers,
  });
  const limited = new Counter({
    name: 'nexus_rate_limited_total',
    help: 'Requests refused by a rate limit, by policy: user-reads, user-writes, workspace-reads, workspace-writes.',
    labelNames: ['policy'],
    registers,
  });
  // What has not happened yet is 0, not unknown: else the first time would not be seen as a rise.
  for (const result of Object.values(lookUpResults)) lookUps.inc({ result }, 0);
  for (const hint of hintKinds) hints.inc({ hint }, 0);
  for (const trigger of triggerKinds) triggers.inc({ trigger }, 0);
  for (const policy of ratePolicies) limited.inc({ policy }, 0);
  for (const code of conflictCodes) refused.inc({ code }, 0);
  return {
    cacheAsked: (found) => lookUps.inc({ result: lookUpResults[found] }),
    changeMade: ({ changeType: type, baseVersion }) =>
      changes.inc({ type, merged: String(baseVersion !== null) }),
    changeRefused: (code) => refused.inc({ code: code ?? 'internal_error' }),
    changeDelivered: ({ occurredAt }, subscribers) => {
      delivered.inc(subscribers);
      lag.observe(Math.max(0, Date.now() - Date.parse(occurredAt)) / 1000);
    },
    rateLimited: (policy) => limited.inc({ policy }),
    hintFailed: (hint, error) => {
      hints.inc({ hint });
      log.hintFailed(hint, error);
    },
    triggerFailed: (workspace, trigger, error) => {
      triggers.inc({ trigger });
      log.triggerFailed(workspace, trigger, error);
    },
  };
}
