// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/** @typedef {Map<string, { text: string | undefined, fields: Map<string, string> }>} DocComments by class */

/**
 * The doc comments of all classes in a folder, and of their fields.
 * @param {string} folder
 * @returns {DocComments}
 */
function docComments(folder) {
  /** @type {DocComments} */
  const comments = new Map();
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.ts'))) {
    const text = fs.readFileSync(path.join(folder, name), 'utf8');
    const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      if (!ts.isClassDeclaration(statement) || !statement.name) continue;
      /** @type {Map<string, string>} */
      const fields = new Map();
      for (const member of statement.members) {
        const comment = commentOf(member);
        if (comment && member.name) fields.set(member.name.getText(source), comment);
      }
      comments.set(statement.name.text, { text: commentOf(statement), fields });
    }
  }
  return comments;
}

/**
 * @param {ts.Node} node
 * @returns {string | undefined} on one line
 */
function commentOf(node) {
  const [block] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(block?.comment);
  return text?.replace(/\s+/g, ' ').trim() || undefined;
}

module.exports = { docComments };
