// Whether the palette is open, and with what in its box.

class Palette {
  open = $state(false);
  text = $state('');

  /** Opens it. */
  show(text = ''): void {
    this.text = text;
    this.open = true;
  }

  /** Closes it. */
  hide(): void {
    this.open = false;
  }
}

/** The palette of the window. */
export const palette = new Palette();
