export { SpanKind } from '@opentelemetry/api';
export * from './active-trace';
export * from './in-span';
export * from './request-spans';
export * from './request-trace';
export * from './tracing';
