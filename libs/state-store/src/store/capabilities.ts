/** In what backends differ. Where a flag is false, the promise is not made. */
export interface Capabilities {
  /** What was acknowledged outlives the process, also one that is killed. */
  readonly durable: boolean;
  /** Several processes can use the same keys at the same time. */
  readonly shared: boolean;
  /** Several machines can. */
  readonly networked: boolean;
  /** Sensitive values are encrypted; where they cannot be, they are refused. */
  readonly encrypts: boolean;
}
