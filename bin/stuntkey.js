#!/usr/bin/env node
// Starts the command. This file is written so that a Node of many years ago can read it, and say which one is needed.
'use strict';

var version = process.versions.node.split('.');
var major = Number(version[0]);
if (major > 20 || (major === 20 && Number(version[1]) >= 19)) require('./start.js');
else {
  // biome-ignore lint/style/useTemplate: it would not be read.
  process.stderr.write('stuntkey: expected Node 20.19 or later, got ' + process.version + '\n');
  process.exitCode = 1;
}
