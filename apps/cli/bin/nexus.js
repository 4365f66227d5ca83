#!/usr/bin/env node
require('../dist/nexus.js');
