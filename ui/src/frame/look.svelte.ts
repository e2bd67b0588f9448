// How the app looks on this computer: theme, text size, density, motion. The settings are Rust's; this applies
// them to the page.
import { call } from '../ipc/call';
import type { Settings } from '../ipc/generated';

class Look {
  settings = $state.raw<Settings>();
  #systemDark = matchMedia('(prefers-color-scheme: dark)');
  #dark = $state(this.#systemDark.matches);

  constructor() {
    this.#systemDark.addEventListener('change', (event) => (this.#dark = event.matches));
  }

  /** Loads the settings; where they cannot be read the app keeps looking as it does. */
  async load(): Promise<void> {
    try {
      this.settings = await call('get_settings', {});
    } catch {
      // A locked store has no settings yet: the system's look is right until then.
    }
  }

  /** Changes some settings, here first so that the page answers at once. */
  async change(some: Partial<Settings>): Promise<void> {
    if (!this.settings) return;
    this.settings = { ...this.settings, ...some };
    this.settings = await call('change_settings', { settings: this.settings });
  }

  /** Puts the settings on the page. */
  apply(): void {
    const { dataset } = document.documentElement;
    const theme = this.settings?.theme ?? 'system';
    dataset.theme = theme === 'system' ? (this.#dark ? 'dark' : 'light') : theme;
    dataset.text = String(this.settings?.textSize ?? 100);
    dataset.density = this.settings?.density ?? 'compact';
    dataset.motion = this.settings?.reduceMotion ? 'still' : 'moving';
  }
}

/** How the app looks. */
export const look = new Look();
