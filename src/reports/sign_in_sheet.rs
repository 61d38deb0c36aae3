//! The sign-in sheet (签到表) to print before a session, and the slips with the personal codes. Each venue is numbered
//! through on its own, and its pages are split here and not by the printer, so that the page on which a signed sheet is
//! entered has the same rows with the same numbers.

use crate::access::Viewer;
use crate::attendance::model::shown;
use crate::attendance::queries::{self as attendance, Scope};
use crate::attendance::{self as who_came, Attendance, ShownState};
use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::organization::{self, Unit};
use crate::secret::Secret;
use crate::store::Conn;
use crate::store::ids::{PersonId, SessionId, UnitId, VenueId};
use crate::training::{self, RosterRow, Session, Venue, VenueKind};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Rows of a printed page at the most.
pub const ROWS_A_PAGE: usize = 20;
/// Slips of a printed page.
const SLIPS_A_PAGE: usize = 10;

/// Somebody of a venue's list, by the number that the printed sheet gives them.
#[derive(Debug, Clone)]
pub struct NumberedRow {
    pub number: usize,
    /// The unit in the roster, after the one above it where several have the same name.
    pub unit: String,
    pub row: RosterRow,
    pub attendance: Option<Attendance>,
}

/// A venue's people in the order of the day, and the rows of each of its printed pages.
#[derive(Debug, Clone)]
pub struct VenueRoll {
    pub venue: Venue,
    pub rows: Vec<NumberedRow>,
    pub pages: Vec<Range<usize>>,
    /// Nobody of the venue is left out.
    pub is_whole: bool,
}

/// Every venue of a session with its numbered list, in a constant number of queries.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn list_venue_rolls(conn: &mut Conn, session: &Session) -> Result<Vec<VenueRoll>> {
    let units = organization::queries::list_units(conn)?;
    let units: BTreeMap<UnitId, &Unit> = units.iter().map(|unit| (unit.id, unit)).collect();
    let mut rolls: Vec<VenueRoll> = training::queries::list_venues(conn, session.id)?
        .into_iter()
        .map(|venue| VenueRoll { venue, rows: Vec::new(), pages: Vec::new(), is_whole: true })
        .collect();
    for (row, attendance) in attendance::list_roll(conn, session.id)? {
        if let Some(roll) = rolls.iter_mut().find(|roll| roll.venue.id == row.venue_id) {
            let (number, unit) = (roll.rows.len() + 1, unit_label(&units, &row));
            roll.rows.push(NumberedRow { number, unit, row, attendance });
        }
    }
    for roll in &mut rolls {
        roll.pages = split(&roll.rows, room_for_rows(&session.title));
    }
    Ok(rolls)
}

fn unit_label(units: &BTreeMap<UnitId, &Unit>, row: &RosterRow) -> String {
    let parent = units.get(&row.unit_id).filter(|unit| unit.depth() > 1).and_then(|unit| unit.parent_id);
    // Publishing puts the enterprise's name in front already.
    let parent = parent.and_then(|parent| units.get(&parent)).filter(|parent| !row.unit_name.starts_with(&parent.name));
    parent.map_or_else(|| row.unit_name.clone(), |parent| format!("{} {}", parent.name, row.unit_name))
}

/// Tenths of a millimetre on an A4 page between the margins (15 mm above, 12 mm below).
const PAGE_HEIGHT: usize = 2700;
/// The facts under the title, the table's head, the counts, the signatures and the foot of a page.
const FRAME_HEIGHT: usize = 520;
/// One line of the title, which has room for 29 characters.
const TITLE_LINE: usize = 75;
/// A row is never lower: 9 mm are asked for, and the line of the table comes on top.
const ROW_HEIGHT: usize = 100;
/// One line of a cell at 10.5 pt, and the room above and below the lines.
const CELL_LINE: usize = 45;
const CELL_ROOM: usize = 10;

/// The height that is left for rows under a title.
fn room_for_rows(title: &str) -> usize {
    // The word for the sheet follows the title.
    PAGE_HEIGHT - FRAME_HEIGHT - TITLE_LINE * lines(title, 26).min(5)
}

/// How many lines a text takes in a column with room for so many Chinese characters.
fn lines(text: &str, n_characters: usize) -> usize {
    let halves: usize = text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
    halves.div_ceil(n_characters * 2).max(1)
}

/// How high a row may become on paper, by the widths in `sheet.css`.
fn height(row: &NumberedRow) -> usize {
    let lines = lines(&row.unit, 10).max(lines(&row.row.post, 7)).max(lines(&row.row.name, 5));
    (lines * CELL_LINE + CELL_ROOM).max(ROW_HEIGHT)
}

/// Splits rows into pages: 20 rows, or fewer where long names take the room.
fn split(rows: &[NumberedRow], room: usize) -> Vec<Range<usize>> {
    let (mut pages, mut first, mut used) = (Vec::new(), 0, 0);
    for (place, row) in rows.iter().enumerate() {
        let height = height(row);
        if place - first == ROWS_A_PAGE || (first < place && room < used + height) {
            pages.push(first..place);
            (first, used) = (place, 0);
        }
        used += height;
    }
    if first < rows.len() {
        pages.push(first..rows.len());
    }
    pages
}

/// What the sheet shows.
#[derive(Debug, Clone, Serialize)]
pub struct SignInSheet {
    pub session: Session,
    pub pages: Vec<SheetPage>,
    /// The venues there are to choose from, each with its people as far as the viewer may see them.
    pub venues: Vec<VenueChoice>,
    /// Whether people of other units are left out.
    pub is_narrowed: bool,
    pub made_at: Moment,
}

#[derive(Debug, Clone, Serialize)]
pub struct VenueChoice {
    pub id: VenueId,
    pub name: String,
    pub n: usize,
    pub chosen: bool,
}

/// One page of paper, with its place among the pages of its venue.
#[derive(Debug, Clone, Serialize)]
pub struct SheetPage {
    pub venue: String,
    pub kind: VenueKind,
    pub n_expected: usize,
    pub page: usize,
    pub n_pages: usize,
    pub is_last: bool,
    pub rows: Vec<SheetRow>,
    /// Rows without a number that fill the last page: for who comes and is not on the list.
    pub blank: Vec<usize>,
}

/// Somebody expected.
#[derive(Debug, Clone, Serialize)]
pub struct SheetRow {
    pub number: usize,
    pub name: String,
    pub unit: String,
    pub post: String,
    /// The first row of its unit on the page.
    pub begins_unit: bool,
    /// What is known already: leave, a stand-in, exempt.
    pub excuse: Option<ShownState>,
    pub leave_kind: Option<&'static str>,
    pub stand_in: Option<String>,
}

/// What the viewer may print: HQ every venue, a clerk those that they serve, a leader the own people, in each with the
/// numbers that they have in the whole list.
pub(super) fn visible_rolls(conn: &mut Conn, viewer: &Viewer, session: &Session) -> Result<Vec<VenueRoll>> {
    let mut rolls = list_venue_rolls(conn, session)?;
    if viewer.is_hq() {
        return Ok(rolls);
    }
    let served = attendance::list_served(conn, session.id, viewer)?;
    let own = attendance::list_roll_of(conn, session.id, &Scope::from(&viewer.reach()))?;
    let own: BTreeSet<PersonId> = own.iter().map(|(row, _)| row.person_id).collect();
    for roll in rolls.iter_mut().filter(|roll| !served.contains(&roll.venue.id)) {
        roll.rows.retain(|row| own.contains(&row.row.person_id));
        roll.pages = split(&roll.rows, room_for_rows(&session.title));
        roll.is_whole = false;
    }
    if rolls.iter().all(|roll| roll.rows.is_empty()) {
        return Err(Error::NotFound("session"));
    }
    Ok(rolls)
}

pub(super) fn choices(rolls: &[VenueRoll], chosen: Option<VenueId>) -> Vec<VenueChoice> {
    let choice = |roll: &VenueRoll| VenueChoice {
        id: roll.venue.id,
        name: roll.venue.name.clone(),
        n: roll.rows.len(),
        chosen: chosen == Some(roll.venue.id),
    };
    rolls.iter().filter(|roll| !roll.rows.is_empty()).map(choice).collect()
}

/// Builds the sheet of one venue, or of all of them.
///
/// # Errors
/// `NotFound` for whoever is neither HQ, nor the leader or liaison of somebody expected, nor a clerk of the session.
pub fn build(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    venue: Option<VenueId>,
    now: Moment,
) -> Result<SignInSheet> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let rolls = visible_rolls(conn, viewer, &session)?;
    let venues = choices(&rolls, venue);
    let is_narrowed = rolls.iter().any(|roll| !roll.is_whole && !roll.rows.is_empty());
    let wanted = rolls.iter().filter(|roll| venue.is_none_or(|venue| venue == roll.venue.id));
    let pages = wanted.flat_map(|roll| sheet_pages(&session, roll)).collect();
    Ok(SignInSheet { pages, venues, is_narrowed, made_at: now, session })
}

/// The sheet of all venues with everybody on it, for the archive.
///
/// # Errors
/// `Broken` when it cannot be read.
pub(super) fn build_whole(conn: &mut Conn, session: &Session, now: Moment) -> Result<SignInSheet> {
    let rolls = list_venue_rolls(conn, session)?;
    let pages = rolls.iter().flat_map(|roll| sheet_pages(session, roll)).collect();
    Ok(SignInSheet { pages, venues: choices(&rolls, None), is_narrowed: false, made_at: now, session: session.clone() })
}

fn sheet_pages(session: &Session, roll: &VenueRoll) -> Vec<SheetPage> {
    let n_pages = roll.pages.len();
    let room = room_for_rows(&session.title);
    let page = |(place, range): (usize, &Range<usize>)| {
        #[expect(clippy::indexing_slicing, reason = "a roll's pages are ranges of its rows")]
        let (rows, is_last) = (&roll.rows[range.clone()], place + 1 == n_pages);
        let left = room.saturating_sub(rows.iter().map(height).sum()) / ROW_HEIGHT;
        let n_blank = if is_last && roll.is_whole { left.min(ROWS_A_PAGE - rows.len()) } else { 0 };
        SheetPage {
            venue: roll.venue.name.clone(),
            kind: roll.venue.kind,
            n_expected: roll.rows.len(),
            page: place + 1,
            n_pages,
            is_last,
            rows: sheet_rows(session, rows),
            blank: (1..=n_blank).collect(),
        }
    };
    roll.pages.iter().enumerate().map(page).collect()
}

fn sheet_rows(session: &Session, rows: &[NumberedRow]) -> Vec<SheetRow> {
    let mut last = None;
    let mut shown_rows = Vec::with_capacity(rows.len());
    for NumberedRow { number, unit, row, attendance } in rows {
        let excuse = match shown(session.state, attendance.as_ref()) {
            state @ (ShownState::Leave | ShownState::StandIn | ShownState::Exempt) => Some(state),
            ShownState::Present | ShownState::Absent | ShownState::Pending | ShownState::ToCheck => None,
        };
        let of = attendance.as_ref().filter(|_| excuse.is_some());
        shown_rows.push(SheetRow {
            number: *number,
            name: row.name.clone(),
            unit: unit.clone(),
            post: row.post.clone(),
            begins_unit: last != Some(row.unit_id),
            excuse,
            leave_kind: of.and_then(|of| of.leave_kind).map(|kind| kind.as_str()),
            stand_in: of.and_then(|of| of.stand_in.clone()),
        });
        last = Some(row.unit_id);
    }
    shown_rows
}

/// Slips to cut apart, ten on a page, each with the personal code that names somebody at a kiosk.
#[derive(Debug, Clone, Serialize)]
pub struct Slips {
    pub session: Session,
    pub pages: Vec<Vec<Slip>>,
    pub n: usize,
    pub venues: Vec<VenueChoice>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Slip {
    pub name: String,
    pub unit: String,
    pub employee_number: String,
    pub venue: String,
    /// What the QR code says.
    pub code: String,
}

/// Builds the slips of who may still come, of one venue or all.
///
/// # Errors
/// As [`build`].
pub fn build_slips(
    conn: &mut Conn,
    viewer: &Viewer,
    id: SessionId,
    venue: Option<VenueId>,
    secret: &Secret,
) -> Result<Slips> {
    let session = training::queries::find_visible(conn, viewer, id)?;
    let rolls = visible_rolls(conn, viewer, &session)?;
    let numbers: BTreeMap<PersonId, String> = training::queries::list_employee_numbers(conn, id)?.into_iter().collect();
    let mut slips = Vec::new();
    let mut pages = Vec::new();
    for roll in rolls.iter().filter(|roll| venue.is_none_or(|venue| venue == roll.venue.id)) {
        let may_come = |row: &&NumberedRow| row.attendance.is_none();
        let of_venue = roll.rows.iter().filter(may_come).map(|row| {
            let employee_number = numbers.get(&row.row.person_id).cloned().unwrap_or_default();
            Slip {
                name: row.row.name.clone(),
                unit: row.unit.clone(),
                venue: roll.venue.name.clone(),
                code: who_came::personal_code(secret, row.row.person_id, &employee_number),
                employee_number,
            }
        });
        let of_venue: Vec<Slip> = of_venue.collect();
        // Each venue begins on paper of its own.
        pages.extend(of_venue.chunks(SLIPS_A_PAGE).map(<[Slip]>::to_vec));
        slips.extend(of_venue);
    }
    Ok(Slips { n: slips.len(), pages, venues: choices(&rolls, venue), session })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::organization::Category;

    pub fn row(number: usize, unit: &str, post: &str) -> NumberedRow {
        let position = i64::try_from(number).expect("a small number");
        let row = RosterRow {
            session_id: SessionId(1),
            person_id: PersonId(position),
            position,
            unit_id: UnitId(1),
            unit_name: unit.to_owned(),
            name: "李敏".to_owned(),
            post: post.to_owned(),
            category: Category::Staff,
            venue_id: VenueId(1),
        };
        NumberedRow { number, unit: unit.to_owned(), row, attendance: None }
    }

    fn sizes(rows: &[NumberedRow], title: &str) -> Vec<usize> {
        split(rows, room_for_rows(title)).iter().map(Range::len).collect()
    }

    #[test]
    fn twenty_rows_fill_a_page_and_none_is_left_blank() {
        let of = |n: usize| (1..=n).map(|number| row(number, "第二工程公司", "经理")).collect::<Vec<_>>();

        assert_eq!(sizes(&of(0), "培训会"), [0; 0]);
        assert_eq!(sizes(&of(20), "培训会"), [20]);
        assert_eq!(sizes(&of(21), "培训会"), [20, 1]);
        assert_eq!(sizes(&of(60), "培训会"), [20, 20, 20]);
    }

    #[test]
    fn long_units_posts_and_titles_take_room_from_the_rows() {
        let long = "集团有限责任公司第二工程建设分公司安全生产监督管理部办公室";
        let rows: Vec<_> = (1..=40).map(|number| row(number, long, "副经理")).collect();
        let short: Vec<_> = (1..=40).map(|number| row(number, "物资公司", "副经理")).collect();

        for (page, title) in [(&rows, "培训会"), (&short, "法".repeat(80).as_str())] {
            let pages = split(page, room_for_rows(title));
            let room = room_for_rows(title);
            assert!(pages.iter().all(|range| page[range.clone()].iter().map(height).sum::<usize>() <= room));
            assert!(pages.len() > 2, "{pages:?}");
            assert_eq!(pages.iter().map(Range::len).sum::<usize>(), 40);
        }
    }
}
