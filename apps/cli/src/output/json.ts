interface Colors {
  readonly cyan: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JSON, indented by two spaces. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** JSON in colours: names, texts, and the rest. */
export function coloredJson(value: unknown, { cyan, green, yellow }: Colors): string {
  return jsonText(value).replace(tokens, (token: string, text?: string, colon?: string) => {
    if (text === undefined) return yellow(token);
    return colon === undefined ? green(text) : cyan(text) + colon;
  });
}
