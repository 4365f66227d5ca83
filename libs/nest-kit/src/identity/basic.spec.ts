import { basicPassword } from './basic';

const encoded = (text: string) => Buffer.from(text).toString('base64');

it.each([
  [`Basic ${encoded('ann:a.b.c')}`, 'a.b.c'],
  [`basic   ${encoded(':with:colons')} `, 'with:colons'],
  [`Basic ${encoded('ann:')}`, ''],
  [`Basic ${encoded('no colon')}`, undefined],
  ['Basic', undefined],
  ['Basic ====', undefined],
  [`Bearer ${encoded('ann:a.b.c')}`, undefined],
  [undefined, undefined],
])('takes the password out of %j', (header, password) => {
  expect(basicPassword(header)).toBe(password);
});
