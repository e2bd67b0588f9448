// The panel at the right: which part it shows, and whether it is open. Remembered while the window lives.

/** A part of the panel. */
export type Tab = 'answer' | 'history' | 'question' | 'call';

class PanelState {
  tab = $state<Tab>('answer');
  isOpen = $state(typeof window !== 'undefined' && window.innerWidth >= 1180);
  /** 280 to 400 px. */
  width = $state(328);

  show(tab: Tab): void {
    this.tab = tab;
    this.isOpen = true;
  }

  hide(): void {
    this.isOpen = false;
  }

  toggle(tab: Tab): void {
    if (this.isOpen && this.tab === tab) this.hide();
    else this.show(tab);
  }

  resize(to: number): void {
    this.width = Math.min(400, Math.max(280, Math.round(to)));
  }
}

/** The panel of the window. */
export const panel = new PanelState();
