import { gunzipSync } from 'node:zlib';
import { GzipText } from './packed-text';

describe('GzipText', () => {
  const text = JSON.stringify({ note: 'grün € 🌱 \n', rows: Array.from({ length: 5_000 }, (_, row) => row) });

  it('has fewer bytes, which any reader of gzip expands, and so does itself', async () => {
    const packed = await GzipText.of(text);
    expect(packed.bytes.length).toBeLessThan(text.length / 2);
    expect(gunzipSync(packed.bytes).toString('utf8')).toBe(text);
    expect(await packed.text()).toBe(text);
  });

  it('is unavailable where bytes are missing', async () => {
    const { bytes } = await GzipText.of(text);
    await expect(new GzipText(bytes.subarray(0, 100)).text()).rejects.toMatchObject({ code: 'unavailable' });
  });
});
