import { Notification, createTheme } from '@mantine/core';

/** Buttons and badges take the shade on which white can be read; texts and surfaces come from the tokens. */
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
  fontFamilyMonospace: 'var(--nx-mono)',
  headings: { fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  // The greys of Mantine's dark mode, in the blue of the tokens.
  colors: {
    dark: [
      '#e6e9f2',
      '#c3cad9',
      '#9aa5bd',
      '#69748d',
      '#3a4358',
      '#2a3246',
      '#1c2232',
      '#161b28',
      '#0f131d',
      '#0a0d15',
    ],
  },
  components: {
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } },
      styles: { description: { color: 'var(--mantine-color-text)' } },
    }),
  },
});

const surfaces = {
  '--mantine-color-body': 'var(--nx-surface)',
  '--mantine-color-text': 'var(--nx-text)',
  '--mantine-color-dimmed': 'var(--nx-muted)',
  '--mantine-color-placeholder': 'var(--nx-muted)',
  '--mantine-color-error': 'var(--nx-removed)',
};

/** Mantine's own variables, led back to the tokens. */
export const variables = () => ({ variables: {}, light: surfaces, dark: surfaces });
