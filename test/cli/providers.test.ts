import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { providers } from '../../src/providers/index.ts';
import { freePort } from '../support/freePort.ts';
import { agree, Desk, oura, ouraSection } from './support.ts';

test('lists what is built in without a configuration, and makes no database', async () => {
  const desk = new Desk();
  const out = await desk.json(['providers']);
  expect(out).toMatchObject({
    code: 0,
    providers: providers.map(({ id, title }) => ({
      id,
      title,
      enabled: false,
      signedIn: false,
      usable: false,
    })),
    destinations: [{ id: 'clockify', title: 'Clockify', enabled: false, key: false }],
  });
  const names = out.providers[0].resources.map(({ name }: { name: string }) => name);
  expect(names).toContain('sleep');
  expect(out.providers[0].resources[0]).toEqual({
    name: 'sleep',
    title: 'Sleep periods',
    scope: 'daily',
    read: 'by date, up to 366 days at once',
    chosen: true,
    granted: null,
  });
  expect(existsSync(desk.folder)).toBe(true);
  expect(existsSync(`${desk.folder}/.local`)).toBe(false);
});

test('says what was chosen and granted', async () => {
  const service = await oura({ scopes: ['daily'] });
  const desk = new Desk(ouraSection(service, await freePort(), 'resources = ["sleep", "workout"]'));
  const started = desk.begin(['auth']);
  await agree(started);
  await started.finished;
  const [one] = (await desk.json(['providers'])).providers;
  expect(one).toMatchObject({ enabled: true, signedIn: true, usable: true });
  const by = (wanted: string) => one.resources.find(({ name }: { name: string }) => name === wanted);
  expect(by('sleep')).toMatchObject({ chosen: true, granted: true });
  expect(by('workout')).toMatchObject({ chosen: true, granted: false });
  expect(by('heartrate')).toMatchObject({ chosen: false });
  const { stdout } = await desk.run(['providers']);
  expect(stdout).toMatch(/^workout .*workout \(not granted\)/m);
  expect(stdout).toMatch(/^tag .*left out by the configuration/m);
});
