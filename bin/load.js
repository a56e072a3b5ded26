const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Only a checkout has the sources (the package does not ship them), and there Node runs them without a build.
if (existsSync(join(__dirname, '../src/main.ts'))) import('../src/main.ts');
else import('../dist/package/main.js');
