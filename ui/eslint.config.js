// The rules of the screens. What no rule can say stands in xtask/src/ui_arrows.rs.
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const NO_NETWORK = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({
  name,
  message: 'The page never talks to the network: ask Rust.',
}));
const NO_STORAGE = ['localStorage', 'sessionStorage', 'indexedDB'].map((name) => ({
  name,
  message: 'What is kept is kept by Rust.',
}));
const BOUNDS = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of words.' },
  { selector: "MemberExpression[property.name='innerHTML']", message: 'Words are never markup.' },
  { selector: "MemberExpression[property.name='outerHTML']", message: 'Words are never markup.' },
];

export default tseslint.config(
  { ignores: ['dist', 'dist-fake', 'node_modules', 'src/words/messages', 'src/ipc/generated.ts', 'project.inlang'] },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-globals': ['error', ...NO_NETWORK, ...NO_STORAGE],
      'no-restricted-syntax': ['error', ...BOUNDS],
      'no-console': 'error',
      'no-undef': 'off',
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...BOUNDS,
        { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, svelteConfig } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/no-inline-styles': ['error', { allowTransitions: false }],
      'svelte/no-target-blank': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-navigation-without-resolve': 'off',
      // Sets and maps that no markup reads need not be watched.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['tests/**/*.ts', 'vite.config.ts'], rules: { 'no-console': 'off', 'no-restricted-globals': 'off' } },
);
