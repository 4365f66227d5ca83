/** One side of a comparison. */
export interface Side {
  readonly name: string;
  readonly state: unknown;
}

/** A unified diff of two states; empty where they are equal. Names are sorted, for their order means nothing in JSON. */
export async function unifiedDiff(from: Side, to: Side): Promise<string> {
  const [before, after] = [sortedText(from.state), sortedText(to.state)];
  if (before === after) return '';
  const { FILE_HEADERS_ONLY, createTwoFilesPatch } = await import('diff');
  return createTwoFilesPatch(from.name, to.name, before, after, '', '', {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

interface Colors {
  readonly bold: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
}

/** A unified diff in the colours that git gives it. */
export function coloredDiff(diff: string, { bold, cyan, green, red }: Colors): string {
  const paint = (line: string) => {
    if (line.startsWith('---') || line.startsWith('+++')) return bold(line);
    if (line.startsWith('@@')) return cyan(line);
    if (line.startsWith('+')) return green(line);
    return line.startsWith('-') ? red(line) : line;
  };
  return diff
    .split('\n')
    .map((line) => (line === '' ? line : paint(line)))
    .join('\n');
}

function sortedText(value: unknown): string {
  const sorted = (_name: string, part: unknown): unknown =>
    typeof part !== 'object' || part === null || Array.isArray(part)
      ? part
      : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(value, sorted, 2)}\n`;
}
