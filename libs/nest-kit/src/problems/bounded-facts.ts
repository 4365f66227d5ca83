import type { ErrorFacts } from '@nexus-state/documents';

/** The longest text of a caller that an answer repeats, in UTF-16 code units. */
export const maxEchoLength = 256;

/** The longest message. What it repeats is cut before that. */
const maxMessageLength = 1_024;

/** The most entries of a list in an answer; the first ones are kept. */
const maxListLength = 100;

/** A text, cut with an ellipsis where it is longer than an answer repeats. */
export function boundedText(text: string, maxLength = maxEchoLength): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  const splitsPair = /[\ud800-\udbff]/.test(text[end - 1] as string);
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}

/** The message of a refusal, with the long texts among its facts cut where it repeats them. */
export function boundedMessage(message: string, facts: ErrorFacts): string {
  if (message.length <= maxEchoLength) return message;
  let bounded = message;
  for (const text of textsIn(facts)) {
    if (text.length > maxEchoLength) bounded = bounded.replaceAll(text, () => boundedText(text));
  }
  return boundedText(bounded, maxMessageLength);
}

/**
 * The facts of a refusal as an answer shows them: texts that come from the caller may be as long as a body, and are cut;
 * lists are, too. The values of conflicts are state, which the caller needs whole.
 */
export function boundedFacts(facts: ErrorFacts): ErrorFacts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      name === 'conflicts' ? conflictsOf(fact) : bounded(fact),
    ]),
  );
}

function conflictsOf(conflicts: unknown): unknown {
  if (!Array.isArray(conflicts)) return conflicts;
  return (conflicts as readonly { readonly path: string }[]).map((conflict) => ({
    ...conflict,
    path: boundedText(conflict.path),
  }));
}

function bounded(fact: unknown): unknown {
  if (typeof fact === 'string') return boundedText(fact);
  if (Array.isArray(fact)) return fact.slice(0, maxListLength).map(bounded);
  if (typeof fact !== 'object' || fact === null) return fact;
  return Object.fromEntries(Object.entries(fact).map(([name, inner]) => [name, bounded(inner)]));
}

/** The texts of facts, and of the first entries of lists in them. */
function textsIn(facts: ErrorFacts): string[] {
  return Object.entries(facts).flatMap(([name, fact]) => {
    if (typeof fact === 'string') return [fact];
    if (name === 'conflicts' || !Array.isArray(fact)) return [];
    const [first] = fact as unknown[];
    return typeof first === 'object' && first !== null ? textsIn(first as ErrorFacts) : [];
  });
}
