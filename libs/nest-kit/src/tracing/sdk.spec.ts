import { tracesUrl } from './sdk';

describe('the address that traces are sent to', () => {
  it.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://otlp.example/tenant', 'https://otlp.example/tenant/v1/traces'],
    ['https://otlp.example/tenant/?key=1', 'https://otlp.example/tenant/v1/traces?key=1'],
  ])('is below %s', (endpoint, url) => {
    expect(tracesUrl(endpoint)).toBe(url);
  });
});
