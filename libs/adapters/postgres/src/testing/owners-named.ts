/**
 * The distributed tables that a statement reads or writes without naming their owner by equality, block by block: a `SELECT`,
 * `UPDATE`, `INSERT` or `DELETE` with what it joins, without those nested in it.
 *
 * A block names the owner with `owner = $1` (or `owner = this_owner`) for one of its tables, and joins each further table on the owner,
 * or names it again. An `INSERT` of values has it among its parameters; one of rows takes them from a block that names it.
 */
export function ownersMissing(text: string, tables: readonly string[]): string[] {
  return blocksOf(text).flatMap((block) => {
    const found = tables.filter((table) => mentions(table).test(block));
    const count = found.reduce((sum, table) => sum + [...block.matchAll(mentions(table, 'g'))].length, 0);
    if (count === 0) return [];
    const named = [...block.matchAll(/\bowner"? = (?:\$\d+|this_owner)/g)].length;
    const joined = [...block.matchAll(/USING \(owner\b|\.owner = \w+\.owner\b/g)].length;
    const inserted =
      /INSERT INTO/.test(block) &&
      /VALUES|SELECT (?:DISTINCT ON \([^)]*\) )?(?:\$\d|counter\.owner|panel\.owner|this_owner)/.test(block)
        ? 1
        : 0;
    const enough = named + inserted > 0 && named + joined + inserted >= count;
    return enough ? [] : found;
  });
}

function mentions(table: string, flags = ''): RegExp {
  return new RegExp(`(?:FROM|JOIN|UPDATE|INTO|USING)\\s+"?${table}"?(?![\\w(])`, flags);
}

/** The text outside of nested blocks, and the nested blocks by themselves. */
function blocksOf(text: string): string[] {
  const blocks: string[] = [];
  const open: { text: string; nested: boolean }[] = [{ text: '', nested: true }];
  for (let at = 0; at < text.length; at++) {
    const top = open.at(-1) as (typeof open)[number];
    const char = text[at] as string;
    if (char === '(') {
      open.push({
        text: '',
        nested: /^\(\s*(SELECT|WITH|UPDATE|INSERT|DELETE)\b/.test(text.slice(at, at + 40)),
      });
    } else if (char === ')' && open.length > 1) {
      open.pop();
      const outer = open.at(-1) as (typeof open)[number];
      if (top.nested) blocks.push(top.text);
      outer.text += top.nested ? '()' : `(${top.text})`;
    } else top.text += char;
  }
  blocks.push(open[0]?.text ?? '');
  return blocks.flatMap((block) => block.split(/;|\bUNION ALL\b/));
}
