/** A text of somebody else in one line: nothing that breaks the line, or reaches the terminal as a command. */
export function plainText(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** A value as JSON in one line of at most so many characters. */
export function shortJson(value: unknown, most = 60): string {
  const text = plainText(JSON.stringify(value));
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
