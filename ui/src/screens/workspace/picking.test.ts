// Whoever types part of a name and presses Enter at once gets that person, however long the list takes, or is told
// why there is no list.
import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, expect, it, vi } from 'vitest';
import type { PersonRow } from '../../ipc/generated';
import { forgetAll, stale } from '../../ipc/cache.svelte';
import { useWire } from '../../ipc/wire';
import { toasts } from '../../widgets/toasts.svelte';
import PersonPicker from './PersonPicker.svelte';

afterEach(() => {
  cleanup();
  forgetAll();
});

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

function noList(): void {
  useWire({
    ask: () => Promise.reject({ code: 'busy', key: 'error_busy', sentence: 'The list is not there. Try again.' }),
    hear: () => Promise.resolve(() => undefined),
    window: () => Promise.resolve(null),
  });
}

it('where the list is refused, Enter says so and takes nobody when the list comes after all', async () => {
  let refuse = true;
  useWire({
    async ask(_, req) {
      const { text } = req as { text: string };
      if (text !== '' && refuse) throw { code: 'busy', key: 'error_busy', sentence: 'The list is not there. Try again.' };
      return PEOPLE.filter(({ name }) => name.toLowerCase().includes(text));
    },
    hear: () => Promise.resolve(() => undefined),
    window: () => Promise.resolve(null),
  });
  const pick = vi.fn();
  render(PersonPicker, { label: 'Who writes it', value: null, pick });
  const box = screen.getByRole('combobox');
  await fireEvent.click(box);
  await screen.findByText('Anna Hollis');
  await fireEvent.input(box, { target: { value: 'priya' } });
  await fireEvent.keyDown(box, { key: 'Enter' });
  await vi.waitFor(() => expect(toasts.all.map(({ words }) => words)).toEqual(['The list is not there. Try again.']));
  refuse = false;
  stale(['People']);
  await screen.findByRole('option', { name: /Priya Nair/ });
  await new Promise((done) => setTimeout(done, 20));
  expect(pick).not.toHaveBeenCalled();
  await fireEvent.keyDown(box, { key: 'Enter' });
  await vi.waitFor(() => expect(pick).toHaveBeenCalledExactlyOnceWith(PEOPLE[1]));
});

it('Nobody can be taken where the list is refused', async () => {
  noList();
  const pick = vi.fn();
  render(PersonPicker, { label: 'Who writes it', value: row('Jo Marsh'), pick });
  const box = screen.getByRole('combobox');
  await fireEvent.click(box);
  await screen.findByText('The list is not there. Try again.');
  await fireEvent.keyDown(box, { key: 'Enter' });
  await vi.waitFor(() => expect(pick).toHaveBeenCalledExactlyOnceWith(null));
});

it('a list that is refused does not say that nobody has the name', async () => {
  noList();
  render(PersonPicker, { label: 'Who writes it', value: null, pick: vi.fn() });
  await fireEvent.click(screen.getByRole('combobox'));
  await screen.findByText('The list is not there. Try again.');
  expect(screen.queryByText('Nobody with that name')).toBeNull();
});
