// A question as a form holds it: text in boxes, one choice a line. Reads it from a question and back.
import type { Choice, QuestionDraft, QuestionKind, QuestionRow, ShowIf } from '../../ipc/generated';

/** What the boxes of the form hold. */
export interface FormValues {
  section: string;
  number: string;
  text: string;
  help: string;
  kind: QuestionKind;
  choices: string;
  rows: string;
  from: string;
  to: string;
  fromLabel: string;
  toLabel: string;
  wordLimit: string;
  characterLimit: string;
  required: boolean;
  /** The question it depends on; empty for none. */
  ifQuestion: string;
  ifChoices: string[];
}

/** The kinds in the order of the list. */
export const KINDS: readonly QuestionKind[] = ['freeText', 'oneChoice', 'manyChoices', 'scale', 'matrix', 'number', 'upload'];

/** Returns what the form holds for a question, or for a new one. */
export function valuesOf(question: QuestionRow | null): FormValues {
  const scale = question?.scale ?? null;
  return {
    section: question?.sectionTitle ?? '',
    number: question?.number ?? '',
    text: question?.text ?? '',
    help: question?.help ?? '',
    kind: question?.kind ?? 'freeText',
    choices: lines(question?.choices),
    rows: lines(question?.rows),
    from: String(scale?.from ?? 1),
    to: String(scale?.to ?? 5),
    fromLabel: scale?.fromLabel ?? '',
    toLabel: scale?.toLabel ?? '',
    wordLimit: question?.wordLimit?.toString() ?? '',
    characterLimit: question?.characterLimit?.toString() ?? '',
    required: question?.required ?? false,
    ifQuestion: question?.showIf?.question ?? '',
    ifChoices: question?.showIf?.choices ?? [],
  };
}

function lines(choices: readonly Choice[] | undefined): string {
  return (choices ?? []).map((choice) => choice.text).join('\n');
}

/** Returns the question that a form holds. Choices whose words stayed keep their ids, and so their answers. */
export function draftOf(values: FormValues, before: QuestionRow | null): QuestionDraft {
  const hasChoices = values.kind === 'oneChoice' || values.kind === 'manyChoices' || values.kind === 'matrix';
  const scale = {
    from: Math.trunc(Number(values.from)),
    to: Math.trunc(Number(values.to)),
    fromLabel: values.fromLabel.trim(),
    toLabel: values.toLabel.trim(),
  };
  return {
    section: values.section.trim() === '' ? null : values.section.trim(),
    number: values.number.trim(),
    text: values.text.trim(),
    help: values.help.trim(),
    kind: values.kind,
    choices: hasChoices ? choicesOf(values.choices, before?.choices ?? []) : [],
    rows: values.kind === 'matrix' ? choicesOf(values.rows, before?.rows ?? []) : [],
    scale: values.kind === 'scale' ? scale : null,
    wordLimit: limit(values.wordLimit),
    characterLimit: limit(values.characterLimit),
    required: values.required,
    answerBelow: '',
  };
}

/** Returns on what the question depends. */
export function showIfOf(values: FormValues): ShowIf | null {
  if (values.ifQuestion === '' || values.ifChoices.length === 0) return null;
  return { question: values.ifQuestion, choices: values.ifChoices };
}

function limit(typed: string): number | null {
  const value = Number(typed.replace(/[\s,]/g, ''));
  return Number.isInteger(value) && value > 0 ? value : null;
}

/** A line keeps the id of the choice with its words; else, with as many lines as before, that of its place. */
export function choicesOf(typed: string, before: readonly Choice[]): Choice[] {
  const texts = typed.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const free = new Map(before.map((choice) => [choice.text, choice.id]));
  const kept = texts.map((text) => {
    const id = free.get(text);
    if (id !== undefined) free.delete(text);
    return id;
  });
  const left = new Set(free.values());
  return texts.map((text, place) => {
    const there = before[place]?.id;
    const byPlace = texts.length === before.length && there !== undefined && left.has(there) ? there : undefined;
    return { id: kept[place] ?? byPlace ?? crypto.randomUUID(), text };
  });
}
