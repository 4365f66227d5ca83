import { InvalidArgumentError } from 'commander';

/** Reads a whole number that is not negative. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Reads a number of things, at least one. */
export function count(text: string): number {
  const value = wholeNumber(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It must be 1 or more.');
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a time span such as `500ms`, `30s`, `5m`, `2h` or `1d`, in milliseconds; a plain number is seconds. */
export function timeSpan(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('It must be a time such as 30s, 5m, 2h or 1d.');
  return Number(number) * (units[unit] as number);
}

/** Reads an instant: RFC 3339, a date, or a time span before now such as `5m`. */
export function instant(text: string): string {
  if (/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text)) return new Date(Date.now() - timeSpan(text)).toISOString();
  const at = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime())) {
    throw new InvalidArgumentError(
      'It must be a time such as 2026-01-31T12:00:00Z, or 5m for five minutes ago.',
    );
  }
  // The offset is the caller's own where the text has none.
  return at.toISOString();
}

/** Reads whole numbers with commas between them. */
export function wholeNumbers(text: string): number[] {
  return text.split(',').map((part) => wholeNumber(part.trim()));
}

/**
 * Reads an option that may be repeated.
 * @param choices what each of its values may be; anything where not given
 */
export function collected(
  choices?: readonly string[],
): (text: string, before?: readonly string[]) => string[] {
  return (text, before = []) => {
    if (choices?.includes(text) === false) {
      throw new InvalidArgumentError(`It must be one of ${choices.join(', ')}.`);
    }
    return [...before, text];
  };
}
