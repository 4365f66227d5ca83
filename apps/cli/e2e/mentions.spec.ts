import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { makeProgram } from '../src/cli/program';
import { addCompletion } from '../src/cli/run';
import { isMentioned, partsOf, textsOfTests } from './mentions';

const tests = readdirSync(__dirname)
  .filter((name) => name.endsWith('.spec.ts') && name !== path.basename(__filename))
  .flatMap((name) => textsOfTests(readFileSync(path.join(__dirname, name), 'utf8')));

describe('the tests of the command line', () => {
  it('run every command, with every option', async () => {
    const program = makeProgram(() => async () => undefined);
    await addCompletion(program, []);
    const parts = partsOf(program);
    expect(parts.length).toBeGreaterThan(100);
    expect(parts.filter((part) => !isMentioned(part, tests)).map(({ name }) => name)).toEqual([]);
  });

  it('are missed where a command or option has none', () => {
    const program = new Command('nexus').option('-o, --output <format>').option('--mood');
    program.command('get').option('--version <n>').option('--hum');
    const group = program.command('key');
    group.command('list').alias('ls').option('--prefix <text>');
    group.command('hum');
    const written = textsOfTests(`
      const shared = () => nexus.run(['get', '--hum']);
      describe('keys', () => {
        it('are read', () => nexus.run(['get', 'garden/lamp', '--version', '1', '-o', 'json']));
        it.each([1])('are listed', async () => { await nexus.run(['key', 'ls']); });
        it('have others', () => nexus.run(['hum', '--prefix', 'key']));
      });
    `);
    const missed = partsOf(program).filter((part) => !isMentioned(part, written));
    expect(missed.map(({ name }) => name)).toEqual(['--mood', 'get --hum', 'key list --prefix', 'key hum']);
  });
});
