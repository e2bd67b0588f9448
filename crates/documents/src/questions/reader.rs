//! Goes through the lines once and gives each its place: the start of a question, guidance, a choice, part of
//! an answer, a heading, or left over. Nothing is given two places and nothing none.

mod answering;
mod start;
mod table;

use super::choices;
use super::cues;
use super::draft::{Draft, Part, size};
use super::facts::Facts;
use super::line::Line;
use super::mark::Mark;
use super::{FoundQuestion, MOST_QUESTIONS};
use crate::clean::{fold, has};
use std::collections::HashSet;

/// The most words of context that go with the next question.
const MOST_CONTEXT: usize = 150;
/// The most words of a heading.
const MOST_IN_A_HEADING: usize = 14;
/// The most characters of a heading.
const LONGEST_HEADING: usize = 200;

/// Where in a question the reader is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Zone {
    /// In none.
    Off,
    /// Just after its text.
    Asked,
    /// In its guidance.
    Help,
    /// Among its choices.
    Options,
    /// In its answer.
    Answer,
}

/// A list of questions that a line has led in.
struct List {
    /// How its items are marked, once the first was read.
    mark: Option<Mark>,
    /// How far its items stand in.
    indent: usize,
}

/// A heading and whether a question stands below it.
struct Heading {
    at: usize,
    text: String,
    used: bool,
    is_front: bool,
    is_about_you: bool,
    /// Whether it is a question's own words, above its parts.
    is_parent: bool,
    /// The heading above that question.
    outer: Option<Box<Self>>,
}

/// Reads lines into questions.
pub(super) struct Reader<'a> {
    lines: &'a [Line],
    facts: Facts,
    heading: Option<Heading>,
    /// Lines that may be the context of the next question.
    context: Vec<Part>,
    draft: Option<Draft>,
    zone: Zone,
    list: Option<List>,
    /// Whether the lines are about something else than questions.
    is_past: bool,
    /// The number under which lettered questions stand.
    parent: String,
    /// The letter that the next bulleted question below it gets.
    letter: char,
    /// The last number that an answer's own list had.
    own_number: Option<u32>,
    seen: HashSet<String>,
    found: Vec<FoundQuestion>,
    left: Vec<(usize, String)>,
}

/// Reads lines into questions and lines left over.
pub(super) fn read(lines: &[Line], facts: Facts) -> (Vec<FoundQuestion>, Vec<String>) {
    let mut reader = Reader {
        lines,
        facts,
        heading: None,
        context: Vec::new(),
        draft: None,
        zone: Zone::Off,
        list: None,
        is_past: false,
        parent: String::new(),
        letter: 'a',
        own_number: None,
        seen: HashSet::new(),
        found: Vec::new(),
        left: Vec::new(),
    };
    let mut at = 0;
    while at < lines.len() {
        at += reader.step(at).max(1);
    }
    reader.close();
    reader.drop_context();
    reader.drop_heading();
    let mut left = reader.left;
    left.sort_by_key(|(at, _)| *at);
    (reader.found, left.into_iter().map(|(_, text)| text).collect())
}

impl<'a> Reader<'a> {
    /// Gives the line at this place its place and returns how many lines were taken.
    fn step(&mut self, at: usize) -> usize {
        let Some(line) = self.lines.get(at) else { return 1 };
        if self.found.len() >= MOST_QUESTIONS {
            self.close();
            self.leave(line);
            return 1;
        }
        if !line.cells.is_empty() {
            let taken = self.table(at);
            if taken > 0 {
                return taken;
            }
        }
        if self.page_or_form(line) || self.labelled(line) || self.awaited(line) {
            return 1;
        }
        let taken = self.options(at);
        if taken > 0 {
            return taken;
        }
        if line.mark == Mark::None && self.trails(line) {
            self.trail(line);
            return 1;
        }
        if let Some(start) = self.start(at) {
            self.begin(line, start);
            return 1;
        }
        if !(self.lead_in(at) || self.is_heading(at) && self.open_section(line)) {
            self.body(line);
        }
        1
    }

    fn line(&self, at: usize) -> Option<&'a Line> {
        self.lines.get(at)
    }

    fn leave(&mut self, line: &Line) {
        self.left.push((line.at, line.text.clone()));
    }

    /// Ends the question that is being read.
    fn close(&mut self) {
        self.zone = Zone::Off;
        self.own_number = None;
        let Some(draft) = self.draft.take() else { return };
        let (found, left) = draft.finish();
        self.left.extend(left);
        if let Some(mut question) = found {
            if let Some(heading) =
                self.heading.as_mut().filter(|heading| Some(&heading.text) == question.section.as_ref())
            {
                heading.used = true;
            }
            // The same question twice is kept twice, and the second is to be looked at.
            let is_new = self.seen.insert(fold(&question.text));
            question.sure &= is_new;
            self.found.push(question);
        }
    }

    fn drop_context(&mut self) {
        self.left.extend(std::mem::take(&mut self.context).into_iter().map(Part::left));
    }

    fn drop_heading(&mut self) {
        let mut next = self.heading.take();
        while let Some(heading) = next {
            if !heading.used {
                self.left.push((heading.at, heading.text));
            }
            next = heading.outer.map(|outer| *outer);
        }
    }

    /// Takes lines that belong to a web page or form.
    fn page_or_form(&mut self, line: &Line) -> bool {
        let of_page = line.mark == Mark::None && cues::is_furniture(&line.key);
        if of_page && line.key.starts_with("leave a") {
            self.close();
            self.is_past = true;
        }
        let is = of_page || cues::is_field(&line.key) && line.mark == Mark::None;
        if is {
            self.leave(line);
        }
        is
    }

    /// Takes "Our response: ..." below a question.
    fn labelled(&mut self, line: &Line) -> bool {
        let Some(draft) = self.draft.as_mut().filter(|draft| !draft.text.is_empty()) else { return false };
        let found = match &line.mark {
            Mark::None => cues::answer_label(&line.text),
            // "A1." below "Q1." is its answer.
            Mark::Number { label, .. } if label.strip_prefix('A') == Some(&draft.number) => {
                Some((label.as_str(), line.body.as_str()))
            }
            _ => None,
        };
        let Some((label, words)) = found else { return false };
        self.left.push((line.at, label.to_owned()));
        if !words.is_empty() {
            draft.answer.push(Part::words(line, words));
        }
        self.zone = Zone::Answer;
        true
    }

    /// Takes the words of a question whose number stood alone.
    fn awaited(&mut self, line: &Line) -> bool {
        let takes =
            matches!(line.mark, Mark::None | Mark::Bullet) && size(&line.body) <= super::MOST_IN_A_FIELD;
        match self.draft.as_mut().filter(|draft| draft.text.is_empty() && takes) {
            Some(draft) => {
                draft.ask(line, &line.body);
                true
            }
            None => false,
        }
    }

    /// Tells whether a line and what follows are no longer about the questions.
    fn trails(&self, line: &Line) -> bool {
        let says_when = self.facts.closes_at == Some(line.at) && self.zone != Zone::Answer;
        let says_how = cues::trails(&line.key, line.words()) && !self.guides_here(line);
        says_how || (says_when && !cues::asks(&line.body))
    }

    fn trail(&mut self, line: &Line) {
        self.close();
        self.drop_context();
        self.drop_heading();
        self.leave(line);
        // Before the first question such a line is only a fact about the call.
        (self.list, self.is_past) = (None, !self.found.is_empty());
        self.parent.clear();
    }

    /// Turns the list of questions on where a line leads it in.
    fn lead_in(&mut self, at: usize) -> bool {
        let Some(line) = self.line(at) else { return false };
        let is_guidance = self.draft.is_some() && self.guides_here(line);
        if !cues::leads_in(&line.key) || is_guidance || line.mark == Mark::Bullet || self.zone == Zone::Answer
        {
            return false;
        }
        let items_follow =
            self.line(at + 1).is_some_and(|next| !matches!(next.mark, Mark::None | Mark::Heading));
        let is_heading = self.is_heading(at);
        if !(line.body.ends_with(':') || is_heading || items_follow) {
            return false;
        }
        if is_heading {
            self.open_section(line);
        } else {
            self.close();
            self.drop_context();
            self.leave(line);
        }
        self.is_past = false;
        self.list = Some(List { mark: None, indent: 0 });
        true
    }

    /// Tells whether a line is short, begins as headings do and stands by itself.
    fn is_heading(&self, at: usize) -> bool {
        let Some(line) = self.line(at) else { return false };
        let named = ["section ", "part ", "chapter ", "theme ", "proposal ", "annex ", "topic ", "area "]
            .iter()
            .any(|word| line.key.starts_with(word) && line.words() <= MOST_IN_A_HEADING);
        let marked = matches!(line.mark, Mark::None | Mark::Heading | Mark::Number { named: false, .. });
        let tells = cues::tells(&line.key) || self.facts.has_limit(line);
        let ends =
            tells || line.body.ends_with(['.', '?', '!', ';', ',']) || (line.body.ends_with(':') && !named);
        let begins = line.body.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
        let fits = line.words() <= MOST_IN_A_HEADING && size(&line.text) <= LONGEST_HEADING;
        let shape =
            marked && !ends && begins && fits && line.cells.is_empty() && !choices::is_known(&line.key);
        let follows = self.line(at + 1).is_some_and(|next| next.gap || next.mark != Mark::None || named);
        let stands = line.mark == Mark::Heading || ((line.gap || at == 0) && follows);
        // Inside evidence a short line may be a heading of the answer itself.
        let of_answer =
            self.zone == Zone::Answer && !self.facts.is_call && !named && line.mark != Mark::Heading;
        let question_next = self.line(at + 1).is_some_and(|next| cues::asks(&next.body));
        shape && stands && (!of_answer || question_next) && at != self.facts.title_at
    }

    /// Begins a section. Always true, so that it reads as a step.
    fn open_section(&mut self, line: &Line) -> bool {
        self.close();
        self.drop_context();
        self.drop_heading();
        self.parent.clear();
        self.list = None;
        self.is_past = false;
        let text = if line.mark == Mark::Heading { &line.body } else { &line.text };
        self.heading = Some(Heading {
            at: line.at,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            used: false,
            is_front: cues::is_front(&line.key),
            is_about_you: cues::is_about_you(&line.key),
            is_parent: false,
            outer: None,
        });
        true
    }

    /// Begins a question.
    fn begin(&mut self, line: &Line, start: start::Start) {
        if start.is_sub {
            self.parent_becomes_heading();
        }
        self.close();
        if !start.is_sub {
            self.leave_parent();
        }
        let mut draft = Draft { number: start.number, sure: start.sure, ..Draft::default() };
        match line.body.is_empty() {
            true => draft.own.push((line.at, line.text.clone())),
            false => draft.ask(line, &line.body),
        }
        draft.help = self.context_for_next();
        if let Some(heading) = &self.heading {
            draft.section = Some(heading.text.clone());
            draft.is_about_you = heading.is_about_you;
        }
        if let Some(list) = self.list.as_mut().filter(|list| list.mark.is_none()) {
            (list.mark, list.indent) = (Some(line.mark.clone()), line.indent);
        }
        self.draft = Some(draft);
        self.zone = Zone::Asked;
    }

    /// Returns the lines that go with the next question as guidance, where they are few.
    fn context_for_next(&mut self) -> Vec<Part> {
        let words: usize = self.context.iter().map(Part::count).sum();
        let is_front = self.heading.as_ref().is_some_and(|heading| heading.is_front);
        if words > MOST_CONTEXT || is_front {
            self.drop_context();
        }
        std::mem::take(&mut self.context)
    }

    /// Makes a statement such as "3. On workforce:" the heading of the questions below it.
    fn parent_becomes_heading(&mut self) {
        let is_statement = |draft: &mut Draft| {
            let bare = draft.help.is_empty() && draft.choices.is_empty() && draft.answer.is_empty();
            let raw = draft.own.iter().map(|(_, text)| size(text) + 1).sum::<usize>();
            bare && !draft.text.contains('?') && draft.text.ends_with(':') && raw <= LONGEST_HEADING
        };
        if let Some(draft) = self.draft.take_if(is_statement) {
            let outer = self.heading.take().map(Box::new);
            let at = draft.own.first().map_or(0, |(at, _)| *at);
            let lines = draft.own.iter().flat_map(|(_, text)| text.split_whitespace());
            let text = lines.collect::<Vec<_>>().join(" ");
            self.heading = Some(Heading {
                at,
                text,
                used: false,
                is_front: false,
                is_about_you: false,
                is_parent: true,
                outer,
            });
        }
    }

    /// Returns from the words of a question with parts to the heading above it.
    fn leave_parent(&mut self) {
        while let Some(mut parent) = self.heading.take_if(|heading| heading.is_parent) {
            let outer = parent.outer.take();
            self.heading = Some(parent);
            self.drop_heading();
            self.heading = outer.map(|outer| *outer);
        }
    }

    /// Tells whether a line guides the one who answers the question being read.
    fn guides_here(&self, line: &Line) -> bool {
        let sends = [
            "please send",
            "please submit",
            "please email",
            "please e-mail",
            "please return",
            "please reply",
        ];
        self.draft.is_some()
            && self.zone < Zone::Answer
            && cues::guides(&line.key, self.facts.is_call)
            && !sends.iter().any(|cue| has(&line.key, cue))
    }

    /// Gives a line that begins nothing its place in the question being read, or none.
    fn body(&mut self, line: &Line) {
        let is_list = !matches!(line.mark, Mark::None | Mark::Heading);
        // Words that stand straight below a question, without a blank line, belong to it.
        let is_own = self.facts.is_call && !line.gap && !self.is_past;
        let speaks = ["we ", "our ", "i ", "my "].iter().any(|word| line.key.starts_with(word));
        let guides = self.guides_here(line) || self.facts.has_limit(line) || (is_own && !speaks);
        let Some(draft) = self.draft.as_mut() else { return self.between(line) };
        let in_help =
            is_list && self.zone != Zone::Answer && !(self.zone == Zone::Asked && self.facts.answers(line));
        if self.zone == Zone::Answer {
            self.own_number = start::plain_number(&line.mark).or(self.own_number);
            draft.answer.push(Part::of(line));
        } else if guides || in_help {
            draft.guide(line);
            self.zone = self.zone.max_help();
        } else if self.is_past || (self.facts.is_call && !is_own && !cues::is_network(&line.key)) {
            self.close();
            self.context.push(Part::of(line));
        } else {
            draft.answer.push(Part::of(line));
            self.zone = Zone::Answer;
        }
    }

    /// Takes a line that stands in no question.
    fn between(&mut self, line: &Line) {
        let has_place = self.heading.is_some() || !self.found.is_empty();
        if has_place && !self.is_past {
            self.context.push(Part::of(line));
        } else {
            self.leave(line);
        }
    }
}

impl Zone {
    fn max_help(self) -> Self {
        if self == Self::Options { self } else { Self::Help }
    }
}
