// What is left of pastes from Word, the web and hostile files.

import { DOMParser as ProseParser } from '@tiptap/pm/model';
import { describe, expect, it } from 'vitest';
import { cleanHtml, fitsPaste } from './paste';
import { SCHEMA_OF_EDITOR } from './schema';

function pasted(html: string): unknown {
  const clean = cleanHtml(html, '[picture left out]').html;
  const dom = new DOMParser().parseFromString(clean, 'text/html').body;
  return ProseParser.fromSchema(SCHEMA_OF_EDITOR).parse(dom).toJSON();
}

function outline(html: string): string {
  const show = (node: { type: string; content?: never[]; text?: string; marks?: { type: string }[] }): string => {
    if (node.text !== undefined) return [node.text, ...(node.marks ?? []).map((mark) => mark.type)].join('/');
    return `${node.type}(${(node.content ?? []).map(show).join(' ')})`;
  };
  return show(pasted(html) as never);
}

describe('a paste from Word', () => {
  it('makes lists of paragraphs that only look like lists', () => {
    const item = (level: number, marker: string, words: string): string =>
      `<p class=MsoListParagraph style='margin-left:36pt;mso-list:l0 level${String(level)} lfo1'>` +
      `<![if !supportLists]><span style='mso-list:Ignore'>${marker}<span>&nbsp; </span></span><![endif]>${words}</p>`;
    const html = `<p class=MsoNormal>Before</p>${item(1, '·', 'one')}${item(2, 'o', 'inner')}${item(1, '·', 'two')}<p>After</p>`;
    expect(outline(html)).toBe(
      'doc(paragraph(Before) bulletList(listItem(paragraph(one) bulletList(listItem(paragraph(inner)))) ' +
        'listItem(paragraph(two))) paragraph(After))',
    );
  });

  it('numbers what was numbered', () => {
    const html = `<p style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.</span>first</p>`;
    expect(outline(html)).toBe('doc(orderedList(listItem(paragraph(first))))');
  });

  it('keeps bold and italic, drops fonts and colours, and says so', () => {
    const html = `<p style="color:red"><span style="font-weight:bold">a</span><span style="font-style:italic">b</span><o:p></o:p></p>`;
    expect(outline(html)).toBe('doc(paragraph(a/bold b/italic))');
    expect(cleanHtml(html, '').news).toBe('cleaned');
    expect(cleanHtml('<p>a <b>b</b></p>', '').news).toBeUndefined();
  });

  it('lowers deep headings and says where a picture was', () => {
    expect(outline('<h4>Deep</h4><p>x<img src="https://example.org/a.png"></p>')).toBe(
      'doc(heading(Deep) paragraph(x[picture left out]))',
    );
    expect(cleanHtml('<img src=x>', '').news).toBe('pictures');
  });

  it('takes tracked changes as accepted', () => {
    expect(outline('<p>We <del>must</del><ins>will</ins> go</p>')).toBe('doc(paragraph(We will go))');
  });
});

describe('a paste from the web', () => {
  it('keeps a table as a table', () => {
    expect(outline('<table><tr><th>A</th></tr><tr><td colspan="3">1</td></tr></table>')).toBe(
      'doc(table(tableRow(tableHeader(paragraph(A))) tableRow(tableCell(paragraph(1)))))',
    );
  });

  it('does not take a writer’s wrapper for bold', () => {
    expect(outline('<b style="font-weight:normal"><p>plain</p></b>')).toBe('doc(paragraph(plain))');
  });

  it('keeps links to the web and mail, and the words of all others', () => {
    expect(outline('<a href="https://example.org">a</a> <a href="javascript:alert(1)">b</a>')).toBe(
      'doc(paragraph(a/link  b))',
    );
  });

  it('leaves nothing that could run', () => {
    const { html } = cleanHtml(
      `<svg onload=alert(1)></svg><p onclick="alert(1)" style="background:url(x)">a<script>alert(1)</script></p><iframe src=x></iframe>`,
      '',
    );
    expect(html).not.toMatch(/script|onload|onclick|iframe|style|url/i);
  });
});

it('refuses more than a megabyte', () => {
  expect(fitsPaste('a'.repeat(1024 * 1024))).toBe(true);
  expect(fitsPaste('é'.repeat(600 * 1024))).toBe(false);
});
