#!/usr/bin/env node
// @ts-check
// Runs the specs of the project in this folder that need nothing but themselves; for Nx, which remembers the outcome.
const { unitSpecs } = require('./unit');
const { run } = /** @type {{ run: (args: string[]) => Promise<void> }} */ (require('jest'));

void run(['--passWithNoTests', ...unitSpecs, ...process.argv.slice(2)]);
