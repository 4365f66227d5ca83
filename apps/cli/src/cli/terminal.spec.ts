import { PassThrough, Readable } from 'node:stream';
import { Terminal } from './terminal';

interface Setting {
  readonly stdin?: string;
  readonly isTTY?: boolean;
  readonly env?: Record<string, string>;
  readonly color?: boolean;
  readonly quiet?: boolean;
}

function terminal({ stdin = '', isTTY = false, env = {}, color = true, quiet = false }: Setting = {}) {
  const stream = () => Object.assign(new PassThrough(), { isTTY });
  const [stdout, stderr] = [stream(), stream()];
  const streams = { stdin: Object.assign(Readable.from([Buffer.from(stdin)]), { isTTY }), stdout, stderr };
  const made = new Terminal(streams, { env, color, quiet, signal: new AbortController().signal });
  const text = (from: PassThrough) => String(from.read() ?? '');
  return { made, out: () => text(stdout), err: () => text(stderr) };
}

describe('the terminal of a command', () => {
  it('writes data to standard output, and notes to standard error', async () => {
    const { made, out, err } = terminal();
    await made.line('data');
    made.note('note');
    made.failure(['nexus: no', '  try: yes']);
    expect(out()).toBe('data\n');
    expect(err()).toBe('note\nnexus: no\n  try: yes\n');
  });

  it('leaves out notes, not failures, where it is to be quiet', () => {
    const { made, err } = terminal({ quiet: true });
    made.note('note');
    made.failure(['nexus: no']);
    expect(err()).toBe('nexus: no\n');
  });

  it.each([
    [true, { isTTY: true }],
    [false, { isTTY: false }],
    [false, { isTTY: true, color: false }],
    [false, { isTTY: true, env: { NO_COLOR: '1' } }],
    [true, { isTTY: true, env: { NO_COLOR: '' } }],
    [false, { isTTY: true, env: { TERM: 'dumb' } }],
    [true, { isTTY: false, env: { FORCE_COLOR: '1' } }],
    [false, { isTTY: true, env: { FORCE_COLOR: '0' } }],
    [false, { isTTY: false, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }],
  ])('has colours: %j for %j', (isColored, setting) => {
    expect(terminal(setting).made.colors.isColorSupported).toBe(isColored);
  });

  it('reads all of standard input', async () => {
    expect((await terminal({ stdin: '{"on": true}' }).made.input()).toString()).toBe('{"on": true}');
  });

  it.each(['y\n', 'YES\n'])('goes on after %j', async (stdin) => {
    const { made, err } = terminal({ isTTY: true, stdin });
    await made.confirm('Delete garden/lamp?', '--yes');
    expect(err()).toContain('Delete garden/lamp? [y/N]');
  });

  it('stops after any other answer', async () => {
    const asked = terminal({ isTTY: true, stdin: '\n' }).made.confirm('Delete garden/lamp?', '--yes');
    await expect(asked).rejects.toThrow('Nothing was changed.');
  });

  it('stops where the keyboard is closed', async () => {
    const asked = terminal({ isTTY: true }).made.confirm('Delete garden/lamp?', '--yes');
    await expect(asked).rejects.toThrow('Nothing was changed.');
  });

  it('asks nobody in a script', async () => {
    const asked = terminal().made.confirm('Delete garden/lamp?', '--yes');
    await expect(asked).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('--yes') });
  });
});
