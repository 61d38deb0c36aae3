//! Help: whom to ask, what this program does not do, and a page for each role in words and pictures.

use super::visit::Visit;
use super::{App, page, statics};
use crate::access::{Role, Viewer};
use crate::error::{Error, Result};
use crate::i18n::Language;
use crate::links;
use crate::readings::markdown;
use crate::settings;
use crate::templates::StaticFiles;
use crate::training;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use anyhow::Context as _;
use serde::Serialize;

#[derive(rust_embed::RustEmbed)]
#[folder = "content/help"]
struct Texts;

crate::choices! {
    /// Whom a page is written for; the word stands in its address and names its text.
    pub enum Reader {
        Office = "office",
        Leader = "leader",
        Clerk = "clerk",
        Administrator = "administrator",
        Inspector = "inspector",
        Trainee = "trainee",
    }
}

impl Reader {
    /// Whether somebody does what the page is about. What everybody does stands last.
    fn is(self, viewer: Option<&Viewer>, is_clerk: bool) -> bool {
        let has = |roles: &[Role]| viewer.is_some_and(|viewer| roles.iter().any(|role| viewer.has(*role)));
        match self {
            Self::Office => has(&[Role::Hq]),
            Self::Leader => has(&[Role::Leader, Role::Liaison]),
            Self::Clerk => is_clerk,
            Self::Administrator => has(&[Role::System, Role::Security, Role::Audit]),
            Self::Inspector => has(&[Role::Inspector]),
            Self::Trainee => true,
        }
    }
}

/// A page of help: Markdown, and between it the pictures.
#[derive(Serialize)]
struct Help {
    title: String,
    pieces: Vec<Piece>,
}

/// What stands up to a picture, and that picture; after the last one there is only text.
#[derive(Default, Serialize)]
struct Piece {
    html: String,
    picture: Option<Picture>,
}

#[derive(Serialize)]
struct Picture {
    address: String,
    description: String,
    /// In the page's pixels, so that nothing moves when it arrives.
    width: u32,
    height: u32,
}

/// How many of a picture's pixels are one of the page: `tests/browser/pictures.mjs` takes them so.
const DENSITY: u32 = 2;

/// The text of a page: a title after `# `, then Markdown, where a line `![description](name)` of its own is a picture.
fn text(reader: Reader, language: Language) -> Result<String> {
    let name = format!("{}.{}.md", reader.as_str(), language.as_str());
    let file = Texts::get(&name).with_context(|| format!("there is no help {name}"))?;
    Ok(String::from_utf8(file.data.into_owned()).with_context(|| format!("the help {name} is not UTF-8"))?)
}

fn title(text: &str) -> &str {
    text.lines().next().unwrap_or("").trim_start_matches("# ")
}

fn help(reader: Reader, language: Language) -> Result<Help> {
    let text = text(reader, language)?;
    let title = title(&text).to_owned();
    let (mut pieces, mut words) = (Vec::new(), String::new());
    let mut end = |words: &mut String, picture| {
        pieces.push(Piece { html: markdown::render(words, &title), picture });
        words.clear();
    };
    for line in text.lines().skip(1) {
        match line.strip_prefix("![").and_then(|rest| rest.strip_suffix(')')?.split_once("](")) {
            Some((description, name)) => end(&mut words, Some(picture(description, name, language)?)),
            None => {
                words.push_str(line);
                words.push('\n');
            }
        }
    }
    end(&mut words, None);
    Ok(Help { title, pieces })
}

fn picture(description: &str, name: &str, language: Language) -> Result<Picture> {
    let name = format!("help-{name}.{}.png", language.as_str());
    let (width, height) = StaticFiles::get(&name)
        .and_then(|file| Some((number(&file.data, 16)?, number(&file.data, 20)?)))
        .with_context(|| format!("there is no picture {name}"))?;
    Ok(Picture {
        address: statics::address(&name),
        description: description.to_owned(),
        width: width / DENSITY,
        height: height / DENSITY,
    })
}

/// Four bytes of a file. A PNG begins with 8 bytes of its own, the head of its first block, its width and its height.
fn number(file: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?))
}

#[derive(Serialize)]
struct ListPage {
    help_contact: String,
    notice: &'static str,
    /// The pages for who is looking, and those for others.
    own: Vec<Entry>,
    others: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    href: String,
    title: String,
    /// What the page is about: its headings.
    headings: Vec<String>,
}

/// `GET /help`: the pages of help, one's own first, whom to ask, and what this program does not do. For anybody.
pub async fn list(app: Data<App>, visit: Visit) -> Result<HttpResponse> {
    let viewer = visit.viewer.clone();
    let read = app.db.read(move |conn| {
        let is_clerk = viewer.map(|viewer| training::queries::serves_any_session(conn, &viewer)).transpose()?;
        Ok((settings::current(conn)?, is_clerk == Some(true)))
    });
    let (settings, is_clerk) = read.await?;
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for reader in Reader::ALL.iter().copied() {
        let text = text(reader, visit.language)?;
        let entry = Entry {
            href: links::help(reader.as_str()),
            title: title(&text).to_owned(),
            headings: text.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect(),
        };
        if reader.is(visit.viewer.as_ref(), is_clerk) { own.push(entry) } else { others.push(entry) }
    }
    let content = ListPage { help_contact: settings.help_contact, notice: links::NOTICE, own, others };
    page::show(&app, &visit, "help/list", &content)
}

/// `GET /help/{role}`: what somebody of a role does here, and how. For anybody.
pub async fn show(app: Data<App>, visit: Visit, role: Path<String>) -> Result<HttpResponse> {
    let reader = role.parse().map_err(|_| Error::NotFound("help"))?;
    page::show(&app, &visit, "help/show", &help(reader, visit.language)?)
}
