import type { INestApplication } from '@nestjs/common';
import {
  type ServiceContext,
  TokenVerifier,
  addShortcut,
  corsRules,
  measureShortcut,
} from '@nexus-state/nest-kit';
import { Admission, AuditLog, StateCore } from '@nexus-state/state-core';
import { variesBy } from '../panels/content-coding';
import { panelReadShortcut } from './panel-read-shortcut';

/** Adds the shortcuts of this process; none where each request is traced or logged, which the framework does. */
export function addShortcuts(app: INestApplication, service: ServiceContext): void {
  const { config, logger, metrics, tracing } = service;
  if (tracing || logger.isLevelEnabled('debug')) return;
  const measured = (status: number) =>
    measureShortcut(metrics, { method: 'GET', route: '/api/state/:workspaceId/:panelId', status });
  const shortcut = panelReadShortcut({
    core: app.get(StateCore),
    admission: app.get(Admission),
    verifier: app.get(TokenVerifier),
    audit: app.get(AuditLog),
    measured: { 200: measured(200), 304: measured(304) },
    headers: config.CORS_ORIGINS.length > 0 ? crossOriginHeaders(config.CORS_ORIGINS) : { vary: variesBy },
  });
  addShortcut(app.getHttpAdapter().getInstance() as never, shortcut);
}

/** What `@fastify/cors` adds to every answer, also to requests that no page has sent. */
function crossOriginHeaders(origins: readonly string[]): Record<string, string> {
  const { exposedHeaders } = corsRules(origins);
  return { vary: `Origin, ${variesBy}`, 'access-control-expose-headers': exposedHeaders.join(', ') };
}
