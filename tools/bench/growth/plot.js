// @ts-check

/**
 * A line of a plot.
 * @typedef {object} Series
 * @property {string} name
 * @property {readonly (readonly [x: number, y: number])[]} points from left to right
 *
 * @typedef {object} Plot
 * @property {string} title
 * @property {string} note below the title: how it was measured
 * @property {string} xLabel
 * @property {string} yLabel
 * @property {boolean} logX whether each power of ten is as wide as the next
 * @property {readonly Series[]} series
 */

const WIDTH = 760;
const HEIGHT = 420;
const area = { left: 70, right: 190, top: 62, bottom: 56 };
const colours = ['#0b6e99', '#c2571a', '#3c8031', '#8a3ffc', '#a3183f', '#6f6259'];

/**
 * Draws lines over axes that begin at 0 upwards.
 * @param {Plot} plot
 * @returns {string} an SVG document
 */
function plotOf({ title, note, xLabel, yLabel, logX, series }) {
  const points = series.flatMap((line) => line.points);
  const xs = points.map(([x]) => x);
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const top = ceilingOf(Math.max(...points.map(([, y]) => y)));
  const scale = logX ? Math.log10 : (/** @type {number} */ x) => x;
  const span = scale(to) - scale(from) || 1;
  /** @param {number} x */
  const xOf = (x) => area.left + ((scale(x) - scale(from)) / span) * (WIDTH - area.left - area.right);
  /** @param {number} y */
  const yOf = (y) => HEIGHT - area.bottom - (y / top) * (HEIGHT - area.top - area.bottom);
  const right = WIDTH - area.right;
  const rows = [0, 1, 2, 3, 4].map((part) => (top * part) / 4);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(area.left, 24, title, 'font-size="16" font-weight="bold"'),
    text(area.left, 43, note, 'fill="#666"'),
    ...rows.flatMap((y) => [
      `<path d="M${area.left} ${at(yOf(y))}H${right}" stroke="#ddd"/>`,
      text(area.left - 8, yOf(y) + 4, numberText(y), 'text-anchor="end"'),
    ]),
    ...(logX ? powersOfTen(from, to) : rows.map((_, part) => from + ((to - from) * part) / 4)).flatMap(
      (x) => [
        `<path d="M${at(xOf(x))} ${HEIGHT - area.bottom}v5" stroke="#666"/>`,
        text(xOf(x), HEIGHT - area.bottom + 20, numberText(x), 'text-anchor="middle"'),
      ],
    ),
    text((area.left + right) / 2, HEIGHT - 14, xLabel, 'text-anchor="middle"'),
    text(
      0,
      0,
      yLabel,
      `text-anchor="middle" transform="translate(18 ${(HEIGHT + area.top - area.bottom) / 2}) rotate(-90)"`,
    ),
    ...series.flatMap(({ name, points: line }, index) => {
      const colour = colours[index % colours.length];
      const path = line.map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${at(xOf(x))} ${at(yOf(y))}`).join('');
      return [
        `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...line.map(([x, y]) => `<circle cx="${at(xOf(x))}" cy="${at(yOf(y))}" r="3" fill="${colour}"/>`),
        `<path d="M${right + 12} ${area.top + 10 + index * 20}h18" stroke="${colour}" stroke-width="2"/>`,
        text(right + 36, area.top + 14 + index * 20, name, ''),
      ];
    }),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/**
 * The next number upwards of one digit and a half: 1, 1.5, 2, 3, 4, 5, 6, 8, times a power of ten.
 * @param {number} value
 */
function ceilingOf(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    power *
    /** @type {number} */ ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((digit) => digit * power >= value * 0.999))
  );
}

/**
 * @param {number} from
 * @param {number} to
 */
function powersOfTen(from, to) {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => 10 ** (first + n));
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} content
 * @param {string} attributes
 */
function text(x, y, content, attributes) {
  return `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escaped(content)}</text>`;
}

/** @param {number} value */
function at(value) {
  return String(Math.round(value * 10) / 10);
}

/** @param {number} value */
function numberText(value) {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** @param {string} content */
function escaped(content) {
  return content.replace(
    /[&<>]/g,
    (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '',
  );
}

module.exports = { plotOf, ceilingOf };
