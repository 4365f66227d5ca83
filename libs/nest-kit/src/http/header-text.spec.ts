import { utf8HeaderText } from './header-text';

it.each(['ann', 'Zoë', '世界', '👩‍🚀', ''])('reads %j as it was sent in UTF-8', (text) => {
  expect(utf8HeaderText(Buffer.from(text).toString('latin1'))).toBe(text);
});

it.each(['\xff', 'Zo\xeb', '\xc3', '\xed\xa0\x80'])('finds no text in the octets of %j', (value) => {
  expect(utf8HeaderText(value)).toBeUndefined();
});
