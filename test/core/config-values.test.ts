import { describe, expect, test } from 'vitest';
import { place } from './config-support.ts';

describe('values', () => {
  const from = (lines: string) => place(`[ring]\n${lines}`).load().section<Record<string, unknown>>('ring');

  test.each([
    'https://a.example/x',
    'http://localhost:1',
    'http://127.0.0.1:9/a',
    'http://127.9.9.9',
    'http://[::1]:8',
  ])('H4 accepts %s', (written) => expect(from(`base_url = "${written}"`).base_url).toBe(written));

  test.each([
    'http://a.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'https://user:pw@a.example',
    'http://127.0.0.1.evil.example',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://[::ffff:127.0.0.1]',
    'ftp://a.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    ' https://a.example',
    'https://a.example/a b',
    'https://a.example\\\\@evil.example',
    'https://a.example/#x',
    'https://a.example/?x=1',
    'a.example',
  ])('H4 refuses %s', (written) => {
    expect(place(`[ring]\nbase_url = "${written}"`).refusal()).toMatch(
      /\[ring\] base_url must be an https:\/\/ address/,
    );
  });

  test('a redirect stays exactly as written, a base loses its last slash', () => {
    const values = from('redirect_uri = "http://localhost:8484/"\nbase_url = "https://a.example/v2/"');
    expect(values).toMatchObject({
      redirect_uri: 'http://localhost:8484/',
      base_url: 'https://a.example/v2',
    });
  });

  test.each(['schlüssel', 'ключ', 'two words', 'key ', 'line\\nend', ''])(
    'refuses the secret %j, which no header can hold',
    (written) => {
      expect(place(`[ring]\nclient_secret = "${written}"`).refusal()).toMatch(
        /\[ring\] client_secret must be plain letters, digits and signs \(ASCII\) without spaces/,
      );
    },
  );

  test('a date may stand without quotes', () => {
    expect(from('start_date = 2024-02-29').start_date).toBe('2024-02-29');
    expect(from('start_date = "all"').start_date).toBe('all');
  });

  test.each(['"2024-02-30"', '"2024-2-3"', '"24-02-03"', '"2024-02-03T00:00"', '"yesterday"'])(
    'refuses the date %s',
    (written) => {
      expect(place(`[ring]\nstart_date = ${written}`).refusal()).toMatch(
        /start_date must be a date as YYYY-MM-DD or all/,
      );
    },
  );

  test.each([
    ['"1s"', 1000],
    ['"90s"', 90_000],
    ['"1h"', 3_600_000],
  ])('reads the duration %s', (written, ms) => expect(from(`poll = ${written}`).poll).toBe(ms));

  test.each(['"0s"', '"2h"', '"1"', '"1 h"', '"-1h"', '"1.5h"', '"1H"', '"99999999999s"'])(
    'refuses the duration %s',
    (written) => {
      expect(place(`[ring]\npoll = ${written}`).refusal()).toMatch(
        /poll must be a duration .* from 1s to 1h/,
      );
    },
  );

  test('H8 zero means zero', () => expect(from('overlap_days = 0').overlap_days).toBe(0));

  test('are completed by the section itself', () => {
    const config = place('[book]\napi_key = "k"\nbase_url = "https://eu.book.example/api/"').load();
    expect(config.section('book')).toEqual({
      api_key: 'k',
      enabled: true,
      base_url: 'https://eu.book.example/api/v1',
    });
    expect(place('').load().section('book')).toMatchObject({ enabled: false });
  });
});
