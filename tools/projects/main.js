#!/usr/bin/env node
// @ts-check
// Prints how many lines each project has, and its share of the product.
const { say } = require('../terminal/say');
const { countLines, sizeTable } = require('./lines');

say(sizeTable(countLines()));
