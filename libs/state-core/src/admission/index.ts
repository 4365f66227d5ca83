export * from './admission';
export * from './caller';
