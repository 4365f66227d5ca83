export * from './basic';
export * from './bearer';
export * from './issuer-keys';
export * from './jwt.guard';
export * from './principal';
export * from './route-mark';
export * from './token-rules';
export * from './token-verifier';
