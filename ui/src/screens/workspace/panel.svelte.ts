// The panel at the right: which part it shows, and whether it is open, remembered while the window lives; how wide it
// is, remembered with the settings.

/** A part of the panel. */
export type Tab = 'answer' | 'history' | 'question' | 'call';

/** How narrow, how wide and how wide at first the panel is, in pixels. */
export const WIDTH = { min: 280, max: 400, usual: 328 } as const;

class PanelState {
  tab = $state<Tab>('answer');
  isOpen = $state(typeof window !== 'undefined' && window.innerWidth >= 1180);
  width = $state<number>(WIDTH.usual);
  /** The ways out as a file were asked for, and wait for the part that has them. */
  exporting = $state(false);

  show(tab: Tab): void {
    this.tab = tab;
    this.isOpen = true;
  }

  showExport(): void {
    this.show('call');
    this.exporting = true;
  }

  hide(): void {
    this.isOpen = false;
  }

  toggle(tab: Tab): void {
    if (this.isOpen && this.tab === tab) this.hide();
    else this.show(tab);
  }
}

/** The panel of the window. */
export const panel = new PanelState();
