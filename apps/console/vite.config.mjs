import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page is built for the console's own server, which puts a fresh nonce in its place and sends the policy. */
export default defineConfig({
  root: 'src/web',
  base: '/',
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [react()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1024,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            {
              name: 'editor',
              test: /node_modules[\\/](@codemirror|@lezer|style-mod|crelt|w3c-keyname)[\\/]/,
            },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', strictPort: true },
});
