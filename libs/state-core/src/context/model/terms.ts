/** The words of a text that are searched for: in lower case, without their plural, names in camel case taken apart. */
export function termsOf(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return (words ?? []).flatMap((word) => (withoutSpaces.test(word) ? pairsOf(word) : [stemOf(word)]));
}

/** Words of questions that say nothing of what is looked for. */
const functionWords = new Set(
  (
    'a an and are as at be by can did do doe does for from had has have how i if in is it its my of on or our ' +
    'that the their there these this to was were what when where which who why will with you your ' +
    'der die das den dem ein eine ist sind und oder von mit im in wo was wer wie wann auf zu'
  ).split(' '),
);

/** The terms of a text that say what it is about; all of them where none does. */
export function meaningfulTerms(text: string): string[] {
  const terms = termsOf(text);
  const meaningful = terms.filter((term) => !functionWords.has(term));
  return meaningful.length > 0 ? meaningful : terms;
}

/** How often each term is in a text. */
export function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Scripts that write no spaces between words: their words are found by pairs of characters. */
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

function pairsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

function stemOf(word: string): string {
  if (word.length > 4 && /ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (word.length > 4 && /(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.length > 3 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}
