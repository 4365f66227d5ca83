export * from './body-parsers';
export * from './request-id';
export * from './shape-schemas';
export * from './shape.pipe';
