// @ts-check
const { spawn } = require('node:child_process');

/**
 * Runs a command to its end and collects what it said.
 * @param {string[]} argv
 * @param {import('node:child_process').SpawnOptions & { input?: string | undefined }} [options]
 * @returns {Promise<{ code: number, output: string }>} a command that cannot be started answers 127
 */
function run(argv, { input, ...options } = {}) {
  const [command = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    let output = '';
    /** @param {Buffer} chunk */
    const collect = (chunk) => void (output += chunk);
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: output + error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), output }));
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}

module.exports = { run };
