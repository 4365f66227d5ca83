import { type ErrorFacts, StateError } from '@nexus-state/documents';

/** A refusal as plain data: it comes from where its class is another one. */
export interface RefusalData {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly facts: ErrorFacts;
}

/** What a task came to, as plain data. */
export type TaskResult =
  | { readonly outcome: 'done'; readonly value: unknown }
  | { readonly outcome: 'refused'; readonly refusal: RefusalData }
  /** A mistake of ours. */
  | { readonly outcome: 'failed'; readonly error: Error };

/** A refusal that was thrown elsewhere; recognized by its code. */
class RefusedElsewhere extends StateError {
  readonly code: string;

  constructor({ name, code, message, facts }: RefusalData) {
    super(message, facts);
    this.name = name;
    this.code = code;
  }
}

/** Does some work, and says what it came to. Never throws. */
export function resultOf(work: () => unknown): TaskResult {
  try {
    return { outcome: 'done', value: work() };
  } catch (error) {
    if (!(error instanceof StateError)) return { outcome: 'failed', error: error as Error };
    const { name, code, message, facts } = error;
    return { outcome: 'refused', refusal: { name, code, message, facts } };
  }
}

/** What a task gave. @throws its refusal, or its error */
export function valueOf(result: TaskResult): unknown {
  switch (result.outcome) {
    case 'done':
      return result.value;
    case 'refused':
      throw new RefusedElsewhere(result.refusal);
    case 'failed':
      throw result.error;
  }
}
