// @ts-check
const fs = require('node:fs');

/**
 * Writes down how many tests passed and failed, for the caller of Jest. Jest's own `--json` would also change what
 * it prints.
 */
class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {import('@jest/test-result').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const file = process.env['NEXUS_TEST_COUNT_FILE'];
    if (!file) return;
    const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = results;
    fs.writeFileSync(file, JSON.stringify({ passed, failed: numFailedTests + numRuntimeErrorTestSuites }));
  }
}

module.exports = CountReporter;
