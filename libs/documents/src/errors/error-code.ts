/** The codes of the refusals of this library. */
export type DocumentErrorCode =
  | 'validation_failed'
  | 'patch_failed'
  | 'patch_too_large'
  | 'state_too_large'
  | 'state_too_deep'
  | 'unsupported_value';
