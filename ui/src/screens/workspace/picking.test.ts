// Whoever types part of a name and presses Enter at once gets that person, however long the list takes.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { PersonRow } from '../../ipc/generated';
import { useWire } from '../../ipc/wire';
import PersonPicker from './PersonPicker.svelte';

afterEach(cleanup);

const row = (name: string): PersonRow => ({ id: name, name, initials: 'XX', colour: 1, practice: '', me: false }) as unknown as PersonRow;
const PEOPLE = [row('Anna Hollis'), row('Priya Nair')];

function slowList(after: number): void {
  useWire({
    async ask(_, req) {
      const { text } = req as { text: string };
      if (text !== '') await new Promise((done) => setTimeout(done, after));
      return PEOPLE.filter(({ name }) => name.toLowerCase().includes(text));
    },
    hear: () => Promise.resolve(() => undefined),
    window: () => Promise.resolve(null),
  });
}

it('Enter takes who was typed, not who stood first before', async () => {
  slowList(80);
  const pick = vi.fn();
  render(PersonPicker, { label: 'Who writes it', value: null, pick });
  const box = screen.getByRole('combobox');
  await fireEvent.click(box);
  await screen.findByText('Anna Hollis');
  await fireEvent.input(box, { target: { value: 'priya' } });
  await fireEvent.keyDown(box, { key: 'Enter' });
  await vi.waitFor(() => expect(pick).toHaveBeenCalled());
  expect(pick).toHaveBeenCalledExactlyOnceWith(PEOPLE[1]);
});

it('Escape takes nobody, even where Enter came first', async () => {
  slowList(40);
  const pick = vi.fn();
  render(PersonPicker, { label: 'Who writes it', value: null, pick });
  const box = screen.getByRole('combobox');
  await fireEvent.click(box);
  await screen.findByText('Anna Hollis');
  await fireEvent.input(box, { target: { value: 'nair' } });
  await fireEvent.keyDown(box, { key: 'Enter' });
  await fireEvent.keyDown(box, { key: 'Escape' });
  await new Promise((done) => setTimeout(done, 120));
  expect(pick).not.toHaveBeenCalled();
});
