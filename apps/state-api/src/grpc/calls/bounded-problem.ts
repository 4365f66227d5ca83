import { holdsText, textAround } from '@nexus-state/documents';
import { type Problem, boundedText } from '@nexus-state/nest-kit';

/** The most bytes of a problem in the trailers of a call: many clients take 8 KiB of metadata in all, and Base64 adds a third. */
const maxBytes = 5_000;
const maxMessageLength = 300;
/** Members that no cut takes away. */
const kept = ['type', 'title', 'status', 'detail', 'error', 'message', 'instance'];

/** A problem as trailers carry it. */
export interface BoundedProblem {
  readonly error: string;
  readonly message: string;
  /** The problem document. */
  readonly facts: string;
}

/**
 * Cuts a problem down to what trailers carry, and says so in it (`truncated`): lists are shortened and lose the values of conflicts;
 * where that is not enough, only what every problem has is left.
 */
export function boundedProblem(problem: Problem): BoundedProblem {
  const { error } = problem;
  const whole = textOf(problem);
  if (fits(whole, problem.message)) return { error, message: problem.message, facts: whole };
  const message = boundedText(problem.message, maxMessageLength);
  const short: Record<string, unknown> = { ...problem, detail: message, message, truncated: true };
  for (let entries = 16; entries >= 1; entries /= 2) {
    const facts = textOf(shortened(short, entries));
    if (fits(facts, message)) return { error, message, facts };
  }
  const least = Object.fromEntries(Object.entries(short).filter(([name]) => kept.includes(name)));
  return { error, message, facts: JSON.stringify({ ...least, truncated: true }) };
}

function shortened(problem: Readonly<Record<string, unknown>>, entries: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(problem).map(([name, fact]) => {
      if (!Array.isArray(fact)) return [name, fact];
      const first = fact.slice(0, entries);
      return [name, name === 'conflicts' ? first.map(({ path }: { path: string }) => ({ path })) : first];
    }),
  );
}

function textOf(problem: object): string {
  return holdsText(problem) ? textAround(problem) : JSON.stringify(problem);
}

/** The message is there twice more: in the status, and in its detail. */
function fits(text: string, message: string): boolean {
  return text.length <= maxBytes && Buffer.byteLength(text) + 2 * Buffer.byteLength(message) <= maxBytes;
}
