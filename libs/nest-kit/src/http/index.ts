export * from './access-log';
export * from './body-parsers';
export * from './canonical-answer';
export * from './request-id';
export * from './shape-schemas';
export * from './shape.pipe';
export * from './rate-headers';
