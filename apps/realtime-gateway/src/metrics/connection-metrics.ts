import { StateError } from '@nexus-state/documents';
import { Counter, type Registry } from 'prom-client';
import type { ConnectionObserver } from '../connections/connection-ports';

/** Counts what live connections do. */
export function connectionMetrics(registry: Registry): ConnectionObserver {
  const registers = [registry];
  const messages = new Counter({
    name: 'nexus_realtime_messages_total',
    help: 'Messages of live connections by result: ok, or the code of the error.',
    labelNames: ['result'],
    registers,
  });
  const dropped = new Counter({
    name: 'nexus_realtime_slow_consumers_total',
    help: 'Live connections that were closed because of a slow consumer.',
    registers,
  });
  return {
    messageHandled: (error) => messages.inc({ result: resultOf(error) }),
    slowConsumerDropped: () => dropped.inc(),
  };
}

function resultOf(error: unknown): string {
  if (error === undefined) return 'ok';
  return error instanceof StateError ? error.code : 'internal_error';
}
