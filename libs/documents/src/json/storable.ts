/** Whether the stores give a text back as it was: one without U+0000, and without half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}
