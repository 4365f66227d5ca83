export * from './count-request';
export * from './user-rate.guard';
