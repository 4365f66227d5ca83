const types = { json: 'application/json', events: 'text/event-stream' };

/**
 * Whether a client wants server-sent events rather than JSON, by its header `Accept` (RFC 9110, section 12.5.1): it names
 * them, or `text/*`, with a weight that is not lower than that of JSON.
 */
export function wantsEventStream(accept: string | undefined): boolean {
  const ranges = (accept ?? '').split(',').map(rangeOf);
  const events = qualityOf(types.events, ranges);
  if (!events || events.specificity === 0 || events.quality === 0) return false;
  return events.quality >= (qualityOf(types.json, ranges)?.quality ?? 0);
}

interface MediaRange {
  readonly range: string;
  readonly quality: number;
}

interface Match {
  readonly quality: number;
  readonly specificity: number;
}

function rangeOf(text: string): MediaRange {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const quality = weight === undefined ? 1 : Number(weight.replace(/^q\s*=\s*/, ''));
  return { range, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}

/** The weight of a type by the most specific range that covers it; undefined where none does. */
function qualityOf(type: string, ranges: readonly MediaRange[]): Match | undefined {
  const covering = ['*/*', `${type.split('/')[0]}/*`, type];
  return ranges
    .map(({ range, quality }) => ({ quality, specificity: covering.indexOf(range) }))
    .filter(({ specificity }) => specificity >= 0)
    .sort((one, other) => other.specificity - one.specificity || other.quality - one.quality)[0];
}
