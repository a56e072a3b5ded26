import { execSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { VERSION } from '../src/program.ts';

interface LockedPackage {
  version?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
  resolved?: string;
}

const root = new URL('..', import.meta.url);
const { version } = readJson('package.json');
const locked = Object.entries<LockedPackage>(readJson('package-lock.json').packages).filter(
  ([path]) => path !== '',
);
const production = locked.filter(([, entry]) => entry.dev !== true);

describe('the npm package', () => {
  test('says its own version', () => {
    expect(VERSION).toBe(version);
  });
});

describe('the lock file', () => {
  test('K1 has 45 production packages or fewer', () => {
    expect(production.length).toBeLessThanOrEqual(45);
  });

  test('K2 has no production package that runs a script when it is installed', () => {
    expect(production.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path)).toEqual([]);
  });

  test('names no registry, so that `npm ci` asks whichever one is configured', () => {
    expect(locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

describe('what is published', () => {
  const release = read('.github/workflows/release.yml');

  test('K3 is attested: the workflow may sign, and signs the very files it uploads', () => {
    expect(release).toMatch(/permissions:\n(?: +[\w-]+: \w+\n)* +id-token: write\n +attestations: write\n/);
    const [, attested] =
      /actions\/attest-build-provenance@v\d+\n +with:\n +subject-path: (.+)/.exec(release) ?? [];
    const [, uploaded] = /actions\/upload-artifact@v\d+\n(?: +.+\n){1,2} +path: (.+)/.exec(release) ?? [];
    expect([attested, uploaded]).toEqual(['release/*', 'release/*']);
    expect(release).toMatch(/gh release create .* release\/\*/);
  });

  test('K3 comes with a list of what is inside: every production package and no other', () => {
    const [, command = ''] = /run: (npm sbom .*) > release\/sbom\.cyclonedx\.json/.exec(release) ?? [];
    // By the lock file alone: what else is installed where the tests run does not matter.
    const printed = execSync(`${command} --package-lock-only`, {
      cwd: root,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const { components } = JSON.parse(printed) as { components: { name: string; version: string }[] };
    const listed = components.map(({ name, version }) => `${name}@${version}`);
    const expected = production.map(
      ([path, entry]) => `${path.replace(/^.*node_modules\//, '')}@${entry.version}`,
    );
    expect([...new Set(listed)].sort()).toEqual([...new Set(expected)].sort());
  });

  test('K4 is checked for advisories with every change, where the registry can be asked', () => {
    const job = /\n {2}advisories:\n((?: {4}.*\n)+)/.exec(read('.github/workflows/test.yml'))?.[1] ?? '';
    expect(job).toContain('- run: npm audit --audit-level=high --omit=dev');
    expect(job).not.toContain('continue-on-error');
  });

  test('K7 says how to report a fault in private, and by when there is an answer', () => {
    const text = read('SECURITY.md');
    expect(text).toMatch(/## Reporting\n\nPlease report privately: "Report a vulnerability"/);
    expect(text).toMatch(/answer within \d+ days/);
    expect(text).toMatch(/newest release is supported/);
    expect(read('README.md')).toContain('(SECURITY.md)');
  });
});

test('K12 nobody in the sample data is real: addresses are of domains that belong to nobody', () => {
  const folders = ['src', 'test', 'docs', 'examples', 'scripts', 'README.md', 'health-sync.example.toml'];
  const found = folders
    .flatMap(filesBelow)
    // What is put in there to be found.
    .filter((path) => !path.startsWith('test/sabotage/'))
    .flatMap((path) =>
      [...read(path).matchAll(/[\w.+-]{2,}@((?:[\w-]+\.)+[a-z]{2,})(?![\w-])/g)].map(([, domain]) => ({
        path,
        domain,
      })),
    );
  expect(found.length).toBeGreaterThan(5);
  // RFC 2606 and 6761.
  const invented = /(^|\.)(example\.(com|org|net)|example|invalid|test|localhost)$/;
  expect(found.filter(({ domain }) => !invented.test(domain as string))).toEqual([]);
});

function filesBelow(path: string): string[] {
  const all = readdirSync(new URL('.', root), { recursive: false, encoding: 'utf8' });
  if (!all.includes(path)) throw new Error(`${path} is not there`);
  if (statSync(new URL(path, root)).isFile()) return [path];
  return readdirSync(new URL(path, root), { recursive: true, encoding: 'utf8' })
    .map((name) => `${path}/${name}`)
    .filter((name) => statSync(new URL(name, root)).isFile());
}

function read(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

function readJson(path: string) {
  return JSON.parse(read(path));
}
