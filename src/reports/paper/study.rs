//! The study record of a person's year as a paper.

use super::{Align, Block, Column, Layout, Paper, Sheet, Signature, Table, Words};
use crate::attendance::model::shown;
use crate::clock::Moment;
use crate::error::Message;
use crate::reports::session_attendance::made_up;
use crate::study_hours::record::{Record, RecordSession, RecordTask};
use crate::study_hours::{Amount, Credit, CreditKind, Requirement};
use crate::templates::hours_text;

/// Says the record as a paper of the day.
pub fn study(of: &Record, made_at: Moment, words: &Words) -> Paper {
    let title = words.word(&Message::new("record-heading").with("year", of.year.number.to_string()));
    let made_on = words.day(made_at);
    let blank = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let mut facts = vec![
        words.fact("board-name", &of.person.name),
        words.fact("board-unit", &of.unit_name),
        words.fact("board-post", &blank(&of.person.post)),
        words.fact("report-column-category", &words.choice("category-", of.person.category.as_str())),
    ];
    facts.extend(
        of.requirement
            .as_ref()
            .map(|requirement| words.fact("record-hours-required", &required(requirement, of, words))),
    );
    facts.extend(figures(of, words));
    let mut blocks: Vec<Block> = facts.into_iter().map(Block::paragraph).collect();
    blocks.push(Block::heading(words.count("record-paper-sessions", "n", of.sessions.len())));
    if of.sessions.is_empty() {
        blocks.push(Block::paragraph(words.say("record-no-sessions")));
    } else {
        let rows = of.sessions.iter().map(|row| session_cells(row, words)).collect();
        blocks.push(Block::Table(Table::new(session_columns(words), rows)));
    }
    blocks.push(Block::Note { text: words.say("record-formula") });
    blocks.push(Block::heading(words.count("record-paper-tasks", "n", of.tasks.len())));
    if of.tasks.is_empty() {
        blocks.push(Block::paragraph(words.say("record-no-tasks")));
    } else {
        let rows = of.tasks.iter().map(|row| task_cells(row, words)).collect();
        blocks.push(Block::Table(Table::new(task_columns(words), rows)));
    }
    let signature = Signature {
        lines: vec![words.say("record-signed-by"), words.say("report-checked-by")],
        seal: Some(words.say("report-seal")),
        unit: of.unit_name.clone(),
        date: made_on.clone(),
        code: None,
    };
    Paper {
        language: words.language,
        layout: Layout::Official,
        name: format!("{}{title}", of.person.name),
        mark: None,
        sheets: vec![Sheet {
            title,
            ending: String::new(),
            lines: vec![of.organisation.clone(), format!("{} {made_on}", words.say("record-made-on"))],
            blocks,
            signature: Some(signature),
            foot: Vec::new(),
        }],
        made_at,
    }
}

fn amount(minutes: i64, of: &Record, words: &Words) -> String {
    words.amount(&Amount::of(minutes, &of.settings))
}

fn required(requirement: &Requirement, of: &Record, words: &Words) -> String {
    format!("{} {}", amount(requirement.minutes.unwrap_or(0), of, words), words.document(requirement))
}

impl Words {
    /// Study hours, with the days that they are where the office counts in days.
    pub fn amount(&self, Amount { in_hours, in_days }: &Amount) -> String {
        self.word(&match in_days {
            Some(days) => {
                Message::new("hours-amount-days").with("days", days.as_str()).with("hours", in_hours.as_str())
            }
            None => Message::new("hours-amount").with("hours", in_hours.as_str()),
        })
    }

    /// The document that a requirement rests on.
    pub fn document(&self, requirement: &Requirement) -> String {
        let mut said = self.say("hours-rests-on");
        said += &self.word(&Message::new("hours-document").with("title", requirement.document_title.as_str()));
        if !requirement.document_number.is_empty() {
            let number = Message::new("hours-document-number").with("number", requirement.document_number.as_str());
            said += &self.word(&number);
        }
        if let Some(on) = requirement.document_on {
            said += &self.say("hours-document-on");
            said += &self.date(on);
        }
        said
    }
}

fn figures(of: &Record, words: &Words) -> Vec<String> {
    let mut said = vec![
        words.fact("record-rate", &words.rate(of.counts.n_took_part(), of.counts.n_due())),
        words.fact("record-hours", &amount(of.hours.done, of, words)),
    ];
    if of.hours.to_come > 0 {
        said.push(words.fact("record-hours-to-come", &amount(of.hours.to_come, of, words)));
    }
    let how = &of.make_up;
    if how.n_not_there > 0 {
        let mut text = words.made_up_how(Message::new("record-made-up-how").with("n", how.n_not_there), how);
        if how.n_self_study > 0 {
            text = format!("{text} {}", words.word(&Message::new("record-self-study").with("n", how.n_self_study)));
        }
        said.push(text);
    }
    said
}

fn session_columns(words: &Words) -> Vec<Column> {
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    vec![
        column("record-date", Some(32.0), Align::Centre),
        column("record-session", None, Align::Left),
        column("record-unit", Some(32.0), Align::Left),
        column("record-state", Some(17.0), Align::Centre),
        column("report-column-make-up", Some(20.0), Align::Centre),
        column("record-hours", Some(17.0), Align::Right),
    ]
}

fn session_cells(row: &RecordSession, words: &Words) -> Vec<String> {
    let attendance = row.own.attendance.as_ref();
    let mut cells =
        vec![words.day(row.own.session.starts_at), row.own.session.title.clone(), row.own.row.unit_name.clone()];
    if row.is_within {
        let mut state = words.choice("attendance-state-", shown(row.own.session.state, attendance).as_str());
        for (is_so, key) in [
            (attendance.is_some_and(|of| of.late), "record-late"),
            (attendance.is_some_and(|of| of.left_early), "record-left-early"),
        ] {
            if is_so {
                state = format!("{state} {}", words.say(key));
            }
        }
        cells.extend([state, words.choice("report-make-up-", made_up(attendance, row.has_read).as_str())]);
    } else {
        cells.extend([words.say("record-of-former-unit"), "—".to_owned()]);
    }
    cells.push(credit(row.credit, words));
    cells
}

fn task_columns(words: &Words) -> Vec<Column> {
    let column = |key, width: Option<f64>, align| Column::new(words.say(key), width, align);
    vec![
        column("tasks-due-on", Some(32.0), Align::Centre),
        column("record-task", None, Align::Left),
        column("record-for-session", Some(46.0), Align::Left),
        column("record-state", Some(18.0), Align::Centre),
        column("record-hours", Some(17.0), Align::Right),
    ]
}

fn task_cells(row: &RecordTask, words: &Words) -> Vec<String> {
    let view = row.task.view(words.clock.today(), words.language);
    vec![
        words.date(view.due_on),
        words.task_title(&view),
        view.session_title.unwrap_or_else(|| "—".to_owned()),
        words.choice("task-state-", view.state.as_str()),
        row.credit.map_or_else(|| "—".to_owned(), |of| credit(of, words)),
    ]
}

fn credit(of: Credit, words: &Words) -> String {
    match of.kind {
        CreditKind::Counted => hours_text(of.minutes),
        CreditKind::ToCome => {
            words.word(&Message::new("record-hours-to-come-of").with("hours", hours_text(of.minutes)))
        }
        CreditKind::Elsewhere => words.say("record-hours-elsewhere"),
        CreditKind::Nothing => "0".to_owned(),
    }
}
