// Which address shows which screen. A screen is fetched when it is first shown.
import type { Component } from 'svelte';

/** What an address means. */
export type Route =
  | { screen: 'home' }
  | { screen: 'consultations' }
  | { screen: 'bringIn'; byHand: boolean }
  | { screen: 'workspace'; call: string; question: string | null }
  | { screen: 'search'; text: string }
  | { screen: 'sync' }
  | { screen: 'settings' }
  | { screen: 'deleted' };

/** A screen as it is fetched. */
export type Page = Component<Record<string, unknown>>;

const PAGES: Record<Route['screen'], () => Promise<{ default: unknown }>> = {
  home: () => import('../screens/home/Page.svelte'),
  consultations: () => import('../screens/consultations/Page.svelte'),
  bringIn: () => import('../screens/bring-in/Page.svelte'),
  workspace: () => import('../screens/workspace/Page.svelte'),
  search: () => import('../screens/search/Page.svelte'),
  sync: () => import('../screens/sync/Page.svelte'),
  settings: () => import('../screens/settings/Page.svelte'),
  deleted: () => import('../screens/deleted/Page.svelte'),
};

/** Reads an address; anything unknown is Home. */
export function read(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  const [first, second, third] = parts;
  switch (first) {
    case 'consultations':
      if (!second) return { screen: 'consultations' };
      return { screen: 'workspace', call: second, question: third ?? null };
    case 'bring-in':
      return { screen: 'bringIn', byHand: new URLSearchParams(query).get('by') === 'hand' };
    case 'search':
      return { screen: 'search', text: new URLSearchParams(query).get('text') ?? '' };
    case 'sync':
      return { screen: 'sync' };
    case 'settings':
      return { screen: 'settings' };
    case 'deleted':
      return { screen: 'deleted' };
    default:
      return { screen: 'home' };
  }
}

/** Fetches the component of a screen. */
export async function fetchPage(screen: Route['screen']): Promise<Page> {
  const page = await PAGES[screen]();
  return page.default as Page;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
