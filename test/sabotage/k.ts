import type { Sabotage } from './sabotage.ts';

/** Supply and privacy. */
export const k: readonly Sabotage[] = [
  {
    id: 'K1',
    file: 'package-lock.json',
    find: '  "packages": {\n',
    replace:
      '  "packages": {\n    "node_modules/more0": {}, "node_modules/more1": {}, "node_modules/more2": {}, "node_modules/more3": {}, "node_modules/more4": {}, "node_modules/more5": {}, "node_modules/more6": {}, "node_modules/more7": {}, "node_modules/more8": {}, "node_modules/more9": {}, "node_modules/more10": {}, "node_modules/more11": {}, "node_modules/more12": {}, "node_modules/more13": {}, "node_modules/more14": {}, "node_modules/more15": {}, "node_modules/more16": {}, "node_modules/more17": {}, "node_modules/more18": {}, "node_modules/more19": {}, "node_modules/more20": {}, "node_modules/more21": {},\n',
    test: 'test/package.test.ts',
  },
  {
    id: 'K2',
    file: 'package-lock.json',
    find: '  "packages": {\n',
    replace: '  "packages": {\n    "node_modules/more": { "hasInstallScript": true },\n',
    test: 'test/package.test.ts',
  },
  {
    id: 'K3',
    file: '.github/workflows/release.yml',
    find: 'actions/attest-build-provenance@',
    replace: 'actions/cache@',
    test: 'test/package.test.ts',
  },
  {
    id: 'K3',
    file: '.github/workflows/release.yml',
    find: 'npm sbom --sbom-format',
    replace: 'npm ls --sbom-format',
    test: 'test/package.test.ts',
  },
  {
    id: 'K4',
    file: '.github/workflows/test.yml',
    find: 'npm audit --audit-level=high',
    replace: 'npm outdated --audit-level=high',
    test: 'test/package.test.ts',
  },
  {
    id: 'K5',
    file: 'package.json',
    find: '    "examples",\n',
    replace: '    "examples",\n    "scripts",\n',
    test: 'test/library/scratch.test.ts',
  },
  {
    id: 'K7',
    file: 'SECURITY.md',
    find: 'Please report privately',
    replace: 'Please report in public',
    test: 'test/package.test.ts',
  },
  {
    id: 'K8',
    file: 'src/main.ts',
    find: 'process.title = PROGRAM;',
    replace: "process.title = PROGRAM;\nfetch('http://127.0.0.1:4444/used').catch(() => {});",
    test: 'test/cli/canaries.test.ts',
  },
  {
    id: 'K10',
    file: 'src/store/purge.ts',
    find: "  db.prepare('DELETE FROM oauth_tokens WHERE provider = ? AND account = ?').run(own);\n",
    replace: '',
    test: 'test/cli/purge.test.ts',
  },
  {
    id: 'K10',
    file: 'src/store/removal.ts',
    find: '  return [...database, ...copies, ...halves];',
    replace: '  return [...database, ...halves.slice(copies.length)];',
    test: 'test/cli/purge.test.ts',
    name: 'K10 E13',
  },
  {
    id: 'K11',
    file: 'src/cli/recordedRun.ts',
    find: 'done?.totals ?? null, context',
    replace: 'done ?? null, context',
    test: 'test/cli/canaries.test.ts',
  },
  {
    id: 'K11',
    file: 'src/cli/log.ts',
    find: '    totals,\n  };',
    replace: "    totals,\n    settings: (await context.config()).section('clockify'),\n  };",
    test: 'test/cli/canaries.test.ts',
  },
  {
    id: 'K12',
    file: 'src/sandbox/clockify.ts',
    find: 'sandbox@example.com',
    replace: 'sandbox@gmail.com',
    test: 'test/package.test.ts',
  },
];
