export { SpanKind } from '@opentelemetry/api';
export * from './active-trace';
export * from './call-span';
export * from './in-span';
export * from './request-spans';
export * from './request-trace';
export * from './tracing';
