import { expect, test } from '@jest/globals';
import { Cookies } from './cookies.ts';

test('brings back what it was given, the newest of each name, until it is over', () => {
  const cookies = new Cookies();
  expect(cookies.header()).toEqual({});
  cookies.keep(undefined);
  cookies.keep('ASP.NET_SessionId=one; path=/; HttpOnly\n.token=a=b==; Secure');
  cookies.keep('ASP.NET_SessionId=two');
  cookies.keep('nonsense\n=x');
  expect(cookies.header()).toEqual({ cookie: 'ASP.NET_SessionId=two; .token=a=b==' });
  cookies.keep('.token=; path=/\nASP.NET_SessionId=x; Max-Age=0');
  expect(cookies.header()).toEqual({});
});
