#!/usr/bin/env node
// @ts-check
// Writes what a library exports, with its types, into api-report.md, so that a change of it is seen in review.
// Usage: node tools/api-report/main.js <library folder> [--check]
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/**
 * @param {string} folder of the library, which is built
 * @returns {string} the report
 */
function apiReport(folder) {
  const { name, exports: entries } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = Object.entries(entries).flatMap(([entry, { types }]) => (types ? [{ entry, types }] : []));
  const roots = files.map(({ types }) => path.resolve(folder, types));
  const program = ts.createProgram(roots, { module: ts.ModuleKind.Node16, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const parts = [`# What ${name} exports\n`, 'Written by `node tools/api-report/main.js`. Do not edit.\n'];
  for (const [index, { entry }] of files.entries()) {
    const source = program.getSourceFile(/** @type {string} */ (roots[index]));
    const module = source && checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${roots[index]} is not there: build ${name} first.`);
    const all = checker.getExportsOfModule(module).sort((a, b) => (a.name < b.name ? -1 : 1));
    // What another package exports is in its own report.
    const stars = starsOf(source);
    const theirs = new Set(stars.flatMap((star) => namesOf(star, checker)));
    const symbols = all.filter(
      ({ escapedName }) => module.exports?.has(escapedName) || !theirs.has(escapedName),
    );
    parts.push(
      `## ${path.posix.join(name, entry)}\n`,
      '```ts',
      ...stars.map((star) => star.getText(source)),
      ...symbols.map((symbol) => textOf(symbol, checker)),
    );
    parts.push('```\n');
  }
  return parts.join('\n');
}

/**
 * The statements that export all of another package.
 * @param {ts.SourceFile} source
 */
function starsOf(source) {
  return source.statements.filter(ts.isExportDeclaration).filter(({ exportClause, moduleSpecifier }) => {
    return !exportClause && moduleSpecifier && !moduleSpecifier.getText(source).startsWith("'.");
  });
}

/**
 * The names that a statement exports all of.
 * @param {ts.ExportDeclaration} star
 * @param {ts.TypeChecker} checker
 */
function namesOf(star, checker) {
  const module = star.moduleSpecifier && checker.getSymbolAtLocation(star.moduleSpecifier);
  return module ? checker.getExportsOfModule(module).map(({ escapedName }) => escapedName) : [];
}

/**
 * The declarations of an export, without comments and private members.
 * @param {ts.Symbol} symbol
 * @param {ts.TypeChecker} checker
 */
function textOf(symbol, checker) {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const printer = ts.createPrinter({ removeComments: true });
  const declarations = target.declarations ?? [];
  const texts = declarations.map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
    return printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile());
  });
  const isPrivate = /^\s*(#private|private (readonly )?[\w#]+);$/;
  const text = texts.join('\n').replace(/\n\n+/g, '\n');
  return text
    .split('\n')
    .filter((line) => !isPrivate.test(line))
    .join('\n');
}

/** @param {string[]} argv */
function main([folder = '.', mode]) {
  const file = path.join(folder, 'api-report.md');
  const report = apiReport(path.resolve(folder));
  if (mode !== '--check') return fs.writeFileSync(file, report);
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === report) return;
  console.error(`${file} is not what the library exports: run node tools/api-report/main.js ${folder}`);
  process.exitCode = 1;
}

main(process.argv.slice(2));
