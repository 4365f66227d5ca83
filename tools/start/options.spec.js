// @ts-check
const path = require('node:path');
const paths = require('../paths');
const { HELP, readOptions } = require('./options');

describe('the options of npm start', () => {
  it('starts from the usual ports and folder', () => {
    expect(readOptions([], {})).toEqual({
      help: false,
      fresh: false,
      verbose: false,
      data: paths.data,
      ports: {
        port: 8001,
        'grpc-port': 8003,
        'realtime-port': 8002,
        'worker-port': 8004,
        'console-port': 8080,
      },
    });
  });

  it('prefers an option to the environment, and the environment to the usual', () => {
    const { ports } = readOptions(['--port', '9001'], { SERVICE_PORT: '9', REALTIME_PORT: '9002' });
    expect(ports).toEqual({
      port: 9001,
      'grpc-port': 8003,
      'realtime-port': 9002,
      'worker-port': 8004,
      'console-port': 8080,
    });
  });

  it('takes a folder as seen from where npm was called', () => {
    const { data } = readOptions(['--data', 'here'], { INIT_CWD: '/somewhere' });
    expect(data).toBe(path.resolve('/somewhere/here'));
  });

  it.each([
    [['--port', 'http'], '--port takes a port from 0 to 65535, not "http".'],
    [['--worker-port', '65536'], '--worker-port takes a port from 0 to 65535, not "65536".'],
    [['--prot', '1'], expect.stringContaining("Unknown option '--prot'")],
    [['8001'], expect.stringContaining('npm start -- --help lists the options.')],
  ])('refuses %j in a sentence', (args, message) => {
    expect(() => readOptions(args, {})).toThrow(expect.objectContaining({ name: 'Failure', message }));
  });

  it('describes every option', () => {
    for (const option of [
      'port',
      'grpc-port',
      'realtime-port',
      'worker-port',
      'console-port',
      'data',
      'fresh',
      'verbose',
      'help',
    ]) {
      expect(HELP).toContain(`--${option} `);
    }
  });
});
