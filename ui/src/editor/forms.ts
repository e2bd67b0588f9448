// The small forms under the tools, in one piece that is fetched after the editor is there.
export { default as FootnoteForm } from './FootnoteForm.svelte';
export { default as LinkForm } from './LinkForm.svelte';
export { default as TableTools } from './TableTools.svelte';
