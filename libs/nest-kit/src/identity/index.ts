export * from './bearer';
export * from './jwt.guard';
export * from './principal';
export * from './token-verifier';
