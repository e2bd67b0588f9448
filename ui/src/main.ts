// Starts the page: the theme of the first frame, the way to Rust, the app.
import { mount } from 'svelte';
import './tokens.css';
import './base.css';
import App from './frame/App.svelte';
import { useWire } from './ipc/wire';

async function start(): Promise<void> {
  const root = document.documentElement;
  if (!root.dataset.theme) {
    root.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  // A stand-in for Rust, so that every screen can be seen in a browser; never part of a release.
  if (import.meta.env.MODE === 'fake' || (import.meta.env.DEV && !('__TAURI_INTERNALS__' in window))) {
    const { fakeWire } = await import('./ipc/fake');
    useWire(fakeWire());
  }
  const target = document.getElementById('app');
  if (target) mount(App, { target });
}

void start();
