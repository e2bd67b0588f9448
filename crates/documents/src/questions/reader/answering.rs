//! The choices below a question: boxes, common answers, and short lists where the question is to be ticked.

use super::{Reader, Zone};
use crate::questions::choices;
use crate::questions::cues;
use crate::questions::line::Line;
use crate::questions::mark::Mark;

/// The most words of a choice.
const MOST_WORDS: usize = 15;
/// The most words of a choice where nothing says that one is to be made.
const MOST_UNASKED: usize = 8;

impl<'a> Reader<'a> {
    /// Takes the choices that begin at this place and returns how many lines they were.
    pub(super) fn options(&mut self, at: usize) -> usize {
        let lines = self.lines;
        let (Some(line), Some(draft)) = (lines.get(at), self.draft.as_mut()) else { return 0 };
        if self.zone == Zone::Answer || draft.text.is_empty() {
            return 0;
        }
        let in_line = choices::in_one_line(if line.mark == Mark::Tick { &line.text } else { &line.body });
        if let Some(several) = in_line.filter(|_| line.cells.is_empty()) {
            draft.choices.extend(several);
            self.zone = Zone::Options;
            return 1;
        }
        if line.mark == Mark::Tick && !line.body.is_empty() {
            draft.choices.push(line.body.clone());
            self.zone = Zone::Options;
            return 1;
        }
        let asked = draft.many.is_some();
        let closed = choices::is_closed(&crate::clean::fold(&draft.text));
        let number = draft.number.clone();
        let run = self.run(at, asked);
        let known = run.iter().filter(|line| choices::is_known(&line.key)).count();
        let marked = line.mark != Mark::None;
        let is_short = |line: &Line| line.words() <= MOST_UNASKED && !line.body.ends_with(['.', ';', ',']);
        let short = run.iter().all(|line| is_short(line));
        let goes_on = self.zone == Zone::Options && (known == run.len() || marked && short);
        let begins = run.len() >= 2 && (known * 2 >= run.len() || asked || marked && closed && short);
        let prompts = self.zone == Zone::Help && self.last_help_ends_with_colon() && known == 0 && !asked;
        if run.is_empty() || prompts || !(goes_on || begins) || is_next_question(line, &number) {
            return 0;
        }
        let texts: Vec<String> = run.iter().map(|line| line.body.clone()).collect();
        let length = texts.len();
        if let Some(draft) = self.draft.as_mut() {
            draft.choices.extend(texts);
        }
        self.zone = Zone::Options;
        length
    }

    /// Returns the lines from this place on that look like choices of one kind.
    fn run(&self, at: usize, asked: bool) -> Vec<&'a Line> {
        let (lines, Some(first)) = (self.lines, self.line(at)) else { return Vec::new() };
        let same = |line: &&Line| std::mem::discriminant(&line.mark) == std::mem::discriminant(&first.mark);
        let fits = |line: &&Line| {
            let known = choices::is_known(&line.key);
            let shape = line.cells.is_empty() && !line.body.is_empty() && line.words() <= MOST_WORDS;
            let plain = !cues::asks(&line.body) && !line.body.ends_with(':') && !cues::leads_in(&line.key);
            let bare = line.mark != Mark::None
                || known
                || (asked
                    && !line.body.ends_with('.')
                    && !cues::guides(&line.key, true)
                    && !cues::tells(&line.key));
            shape && plain && bare && !cues::trails(&line.key, line.words()) && !cues::is_furniture(&line.key)
        };
        // A line by itself after a blank one is more likely the next heading than one more choice.
        let stays = |line: &&Line| {
            line.at == first.at
                || line.mark != Mark::None
                || !line.gap
                || first.gap
                || choices::is_known(&line.key)
        };
        let run: Vec<&Line> =
            lines.iter().skip(at).take_while(same).take_while(fits).take_while(stays).collect();
        match first.mark {
            Mark::None | Mark::Bullet | Mark::Letter(_) | Mark::Roman(_) => self.without_heading(at, run),
            Mark::Number { named: false, .. } => run,
            _ => Vec::new(),
        }
    }

    /// Leaves a last line out that heads the question after it.
    fn without_heading(&self, at: usize, mut run: Vec<&'a Line>) -> Vec<&'a Line> {
        let after = self.line(at + run.len());
        let heads = |line: &Line| line.mark == Mark::None && line.gap && !choices::is_known(&line.key);
        let rest_known = run.iter().rev().skip(1).all(|line| choices::is_known(&line.key));
        if rest_known
            && run.last().is_some_and(|line| heads(line))
            && after.is_some_and(|next| next.gap && next.mark != Mark::None)
        {
            run.pop();
        }
        run
    }

    fn last_help_ends_with_colon(&self) -> bool {
        self.draft.as_ref().and_then(|draft| draft.help.last()).is_some_and(super::Part::ends_with_colon)
    }
}

/// Tells whether a numbered line goes on with the numbers of the questions.
fn is_next_question(line: &Line, number: &str) -> bool {
    let own = super::start::plain_number(&line.mark);
    own.is_some() && (own == number.parse::<u32>().ok().map(|n| n + 1) || own != Some(1))
}
