const units = ['B', 'KiB', 'MiB', 'GiB'];

/** A size, such as `1.4 KiB`. */
export function bytes(count: number): string {
  let value = count;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago something was, such as `5 minutes ago`. */
export function ago(time: string, nowMs = Date.now()): string {
  const seconds = (Date.parse(time) - nowMs) / 1000;
  for (const [unit, length] of steps)
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  return 'just now';
}

/** A time with its date, in the visitor's own zone. */
export function moment(time: string): string {
  return new Date(time).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });
}

/** `1 panel`, `2 panels`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** A state as text: two spaces, as in the snapshots. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? '';
}

/** An id from a name, by the rules of ids. */
export function idFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9._~:-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** What is wrong with an id; undefined where nothing is. */
export function idFault(id: string): string | undefined {
  if (id === '') return 'An id is needed.';
  if (id === '.' || id === '..') return 'This id is not allowed.';
  return /^[A-Za-z0-9._~:-]{1,255}$/.test(id)
    ? undefined
    : 'Use 1–255 letters, digits and the characters . _ ~ : -';
}
