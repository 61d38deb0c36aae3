//! What can go wrong, in kinds that a page can be made of: from what is not there to what is broken.

use std::fmt;

/// The result of nearly everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done. Only `web/errors.rs` turns it into a status and a page.
#[derive(Debug)]
pub enum Error {
    /// There is no such thing, or it is out of the viewer's reach: the two look alike.
    NotFound(&'static str),
    /// The viewer may see it and may not do this.
    Forbidden,
    /// A rule says no, in words for the person; one problem or several, each at its field.
    Refused(Vec<Problem>),
    /// Somebody else changed it since the form was shown.
    Conflict,
    /// Too much is waiting: worth trying again in a moment.
    Busy,
    /// The disk is full: nothing can be written until there is room, and then without a restart.
    Full,
    /// A failure, with its source.
    Broken(anyhow::Error),
}

/// One thing that is wrong with what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The name of the form's field, empty when it is about the whole.
    pub field: &'static str,
    /// The row of a list whose field it is, where each has one: `name-12`.
    pub row: Option<i64>,
    pub message: Message,
}

/// Words to be said to a person: the id of a Fluent message and its arguments. `web/` words it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub id: &'static str,
    pub arguments: Vec<(&'static str, Argument)>,
}

/// An argument of a [`Message`].
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    Text(String),
    Number(i64),
    /// A moment, written out in the reader's language and the organisation's zone.
    Moment(crate::clock::Moment),
    /// The ids of other texts, written out one after the other.
    Texts(Vec<String>),
}

impl Message {
    pub fn new(id: &'static str) -> Self {
        Self { id, arguments: Vec::new() }
    }

    /// The same message with one more argument.
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }
}

impl Error {
    /// A refusal about the whole of what was asked for.
    pub fn refused(message: Message) -> Self {
        Self::Refused(vec![Problem::whole(message)])
    }
}

impl Problem {
    /// A problem at a form's field.
    pub fn at(field: &'static str, message: Message) -> Self {
        Self { field, row: None, message }
    }

    /// A problem at a field that each row of a list has, by the row's number.
    pub fn in_row(field: &'static str, row: i64, message: Message) -> Self {
        Self { field, row: Some(row), message }
    }

    /// A problem that no field can mend.
    pub fn whole(message: Message) -> Self {
        Self { field: "", row: None, message }
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<crate::clock::Moment> for Argument {
    fn from(moment: crate::clock::Moment) -> Self {
        Self::Moment(moment)
    }
}

impl From<anyhow::Error> for Error {
    fn from(source: anyhow::Error) -> Self {
        if says_that_the_disk_is_full(&source) { Self::Full } else { Self::Broken(source) }
    }
}

/// Neither database has a kind of error for it, so that it is known by its words.
fn says_that_the_disk_is_full(source: &anyhow::Error) -> bool {
    source.chain().any(|cause| {
        let of_file = cause.downcast_ref::<std::io::Error>();
        let is_of_file = of_file.is_some_and(|problem| problem.kind() == std::io::ErrorKind::StorageFull);
        let words = cause.to_string();
        is_of_file || words.contains("database or disk is full") || words.contains("No space left on device")
    })
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(what) => write!(formatter, "no such {what}"),
            Self::Forbidden => write!(formatter, "not permitted"),
            Self::Refused(problems) => {
                let ids: Vec<&str> = problems.iter().map(|problem| problem.message.id).collect();
                write!(formatter, "refused: {}", ids.join(", "))
            }
            Self::Conflict => write!(formatter, "changed by somebody else in the meantime"),
            Self::Busy => write!(formatter, "busy, try again in a moment"),
            Self::Full => write!(formatter, "the disk is full"),
            Self::Broken(source) => write!(formatter, "{source:#}"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    /// D-06: whoever writes is told that the disk is full, whichever of the three says so.
    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        let said = |words: &str| Error::from(anyhow::anyhow!("{words}").context("a write"));
        let file = std::io::Error::new(std::io::ErrorKind::StorageFull, "x");

        assert!(matches!(said("database or disk is full"), Error::Full));
        assert!(matches!(said("could not extend file: No space left on device"), Error::Full));
        assert!(matches!(Error::from(anyhow::Error::new(file).context("a file")), Error::Full));
        assert!(matches!(said("disk I/O error"), Error::Broken(_)));
    }
}
