import type { HealthReport } from '@nexus-state/contracts';

/** Asks the stores behind a process whether they answer. Each must settle within a second or two, and not throw. */
export interface HealthChecks {
  readonly database: () => Promise<boolean>;
  readonly redis: () => Promise<boolean>;
}

/** Asks all stores at once. */
export async function healthReport(checks: HealthChecks, version: string): Promise<HealthReport> {
  const [database, redis] = await Promise.all([answers(checks.database), answers(checks.redis)]);
  return {
    status: database && redis ? 'healthy' : 'degraded',
    redis: redis ? 'connected' : 'disconnected',
    database: database ? 'connected' : 'disconnected',
    version,
    uptimeSeconds: Math.floor(process.uptime()),
  };
}

const patienceMs = 2_000;

/** Whether a check says yes in time. */
export async function answers(check: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
