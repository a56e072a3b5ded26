#!/usr/bin/env node
// Old JavaScript on purpose: a Node of any age has to understand this file to say that it is too old.
const version = process.versions.node.split('.').map(Number);
if (version[0] > 22 || (version[0] === 22 && version[1] >= 19)) {
  require('./load.js');
} else {
  const found = `this is ${process.versions.node}`;
  const remedy = 'Install a newer Node, or use the single file, which needs none';
  process.stderr.write(`oura-clockify needs Node 22.19 or newer, ${found}. ${remedy}.\n`);
  process.exitCode = 2;
}
