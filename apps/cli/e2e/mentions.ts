import type { Command } from 'commander';
import ts from 'typescript';

/** A command of the program, or an option of one. */
export interface Part {
  /** As a person types it: `snapshot create`, `snapshot create --description`. */
  readonly name: string;
  /** Spellings of the command, each as its words: aliases count as the command. */
  readonly paths: readonly (readonly string[])[];
  /** Spellings of the option: `-o`, `--output`. */
  readonly flags?: readonly string[];
}

/** Every command of a program, and every option of each. */
export function partsOf(program: Command): Part[] {
  return [...optionsOf(program, [[]]), ...program.commands.flatMap((command) => partsBelow(command, [[]]))];
}

function partsBelow(command: Command, above: Part['paths']): Part[] {
  const words = [command.name(), ...command.aliases()];
  const paths = above.flatMap((path) => words.map((word) => [...path, word]));
  const own: Part = { name: (paths[0] as string[]).join(' '), paths };
  return [
    own,
    ...optionsOf(command, paths),
    ...command.commands.flatMap((child) => partsBelow(child, paths)),
  ];
}

function optionsOf({ options }: Command, paths: Part['paths']): Part[] {
  return options
    .filter(({ hidden }) => !hidden)
    .map(({ short, long }) => {
      const flags = [short, long].filter((flag) => flag !== undefined);
      return { name: [...(paths[0] as string[]), flags.at(-1)].join(' '), paths, flags };
    });
}

/** The texts of each test, and of each function that tests share, in their order: what they may run is among them. */
export function textsOfTests(source: string): string[][] {
  const file = ts.createSourceFile('spec.ts', source, ts.ScriptTarget.Latest);
  const tests: string[][] = [];
  const visit = (node: ts.Node): void => {
    if (isTest(node) || ts.isFunctionDeclaration(node)) tests.push(textsIn(node));
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return tests;
}

/** `it(…)`, `it.each(…)(…)` or what runs before each of them. */
function isTest(node: ts.Node): boolean {
  return ts.isCallExpression(node) && /^(it|beforeEach)\b/.test(textOfCallee(node));
}

function textOfCallee({ expression }: ts.CallExpression): string {
  if (ts.isCallExpression(expression)) return textOfCallee(expression);
  const callee = ts.isPropertyAccessExpression(expression) ? expression.expression : expression;
  return ts.isIdentifier(callee) ? callee.text : '';
}

function textsIn(root: ts.Node): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(root);
  return texts;
}

/** Whether one of the tests runs a command, and where an option is meant, names it beside the command. */
export function isMentioned({ paths, flags }: Part, tests: readonly (readonly string[])[]): boolean {
  return tests.some(
    (texts) =>
      paths.some((path) => hasInARow(texts, path)) && (!flags || flags.some((flag) => texts.includes(flag))),
  );
}

function hasInARow(texts: readonly string[], words: readonly string[]): boolean {
  return texts.some((_, start) => words.every((word, index) => texts[start + index] === word));
}
