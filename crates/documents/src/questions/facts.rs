//! What is true of the text as a whole: how its questions are marked, and whether it is a call or a piece of
//! evidence with its answers in it.

use super::choices;
use super::cues;
use super::limits::{self, Limits};
use super::line::Line;
use super::mark::Mark;

/// How many signs of a call make one.
const SIGNS_OF_A_CALL: usize = 2;
/// The most words of a line that does nothing but state a limit.
const MOST_IN_A_LIMIT: usize = 15;

/// What is true of a text as a whole.
pub(super) struct Facts {
    /// Lines that begin with "Question 3".
    pub(super) named: usize,
    /// Where the closing time stands.
    pub(super) closes_at: Option<usize>,
    /// Lines without a mark that ask.
    pub(super) unmarked: usize,
    /// Numbered lines that ask.
    pub(super) numbered: usize,
    /// Bulleted lines that ask.
    pub(super) bulleted: usize,
    /// Lettered lines that ask.
    pub(super) lettered: usize,
    /// Whether it is a call: prose below a question is then more of the call and no answer.
    pub(super) is_call: bool,
    /// Whether most lines are questions.
    pub(super) is_plain_list: bool,
    /// Where the title stands; past the end where there is none.
    pub(super) title_at: usize,
}

impl Facts {
    /// Reads the lines.
    pub(super) fn of(lines: &[Line], closes_at: Option<usize>, title_at: Option<usize>) -> Self {
        let asking: Vec<&Line> = lines.iter().filter(|line| cues::asks(&line.body)).collect();
        let count = |is: fn(&Mark) -> bool| asking.iter().filter(|line| is(&line.mark)).count();
        let named = lines.iter().filter(|line| matches!(line.mark, Mark::Number { named: true, .. })).count();
        let unmarked = count(|mark| *mark == Mark::None);
        let signs = usize::from(closes_at.is_some()) + signs_of_a_call(lines);
        Self {
            named,
            closes_at,
            unmarked,
            numbered: count(|mark| matches!(mark, Mark::Number { named: false, .. })),
            bulleted: count(|mark| *mark == Mark::Bullet),
            lettered: count(|mark| matches!(mark, Mark::Letter(_) | Mark::Roman(_))),
            is_call: signs >= SIGNS_OF_A_CALL,
            is_plain_list: unmarked >= 2 && unmarked * 5 >= lines.len() * 3,
            title_at: title_at.unwrap_or(usize::MAX),
        }
    }

    /// Tells whether a line does nothing but state a limit.
    pub(super) fn has_limit(&self, line: &Line) -> bool {
        line.words() <= MOST_IN_A_LIMIT && limits::find(&line.key) != Limits::default()
    }

    /// Tells whether a line of a list straight below a question is an answer and no part of the question.
    pub(super) fn answers(&self, line: &Line) -> bool {
        !self.is_call && (cues::is_network(&line.key) || line.body.ends_with('.'))
    }
}

fn signs_of_a_call(lines: &[Line]) -> usize {
    let any = |is: fn(&Line) -> bool| usize::from(lines.iter().any(is));
    let sayings: usize = lines.iter().map(|line| cues::asker_sayings(&line.key)).sum();
    let known = lines.windows(2).any(|two| two.iter().all(|line| choices::is_known(&line.key)))
        || lines.iter().any(|line| choices::in_one_line(&line.body).is_some());
    any(|line| line.mark == Mark::Tick || choices::says_how_many(&line.key).is_some())
        + usize::from(known)
        + any(|line| limits::find(&line.key) != Limits::default())
        + any(|line| {
            crate::clean::has(&line.key, "your answer") || crate::clean::has(&line.key, "please explain")
        })
        + sayings.min(SIGNS_OF_A_CALL)
}
