//! The figures of board, session page, report, record, outlook and their files agree, whatever the organisation and
//! whatever is asked for: read back from what was sent out, and counted once more from what was put in.

// A figure that cannot be read ends the test, and says which.
#![allow(clippy::panic)]

use crate::support::{Answer, Browser, Member, TestApp};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use xuefa::attendance::AttendanceState::{self, Absent, Exempt, Leave, Present, StandIn};
use xuefa::attendance::{MakeUp, MakeUpKind};
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category};
use xuefa::store::ids::{SessionId, UnitId};
use xuefa::store::schema::{attendance, people, sessions, units};
use xuefa::training::SessionState;

/// Organisations, and questions to each: 200 in all.
const ORGANISATIONS: u64 = 8;
const QUESTIONS: usize = 25;

/// SplitMix64: chance that is the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn hits(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// What was put in: one person in one session.
#[derive(Debug, Clone, Copy)]
struct Row {
    session: usize,
    person: usize,
    state: Option<AttendanceState>,
    made_up: bool,
}

struct Held {
    id: SessionId,
    make_up_of: Option<usize>,
    is_confirmed: bool,
}

/// An organisation with what happened in it.
struct World {
    site: TestApp,
    /// Everybody with the place of their unit in `units`.
    people: Vec<(Member, usize)>,
    /// Each unit with its name and whether it contains another, by place.
    units: Vec<(UnitId, String, Vec<bool>)>,
    held: Vec<Held>,
    rows: Vec<Row>,
}

/// Those who took part, of those due.
pub type Rate = (i64, i64);

impl World {
    async fn made_by(dice: &mut Dice) -> Self {
        let site = TestApp::start().await;
        let cast = site.cast.clone();
        let ids = [cast.group, cast.office, cast.first_unit, cast.branch_of_first_unit, cast.second_unit];
        let new: Vec<NewPerson> = (0..6)
            .map(|number| NewPerson {
                employee_number: format!("more{number}"),
                name: format!("人员{number}"),
                unit_id: dice.pick(&ids[1..]),
                post: String::new(),
                category: dice.pick(Category::ALL),
                order_number: 20 + number,
                email: None,
            })
            .collect();
        let today = site.app.clock.today();
        let added = site.write(move |conn| Ok(organization::queries::insert_people(conn, &new, today)?)).await;
        let mut members = vec![
            cast.hq,
            cast.leader_of_first_unit,
            cast.liaison_of_first_unit,
            cast.leader_of_second_unit,
            cast.trainee,
            cast.colleague,
            cast.stranger,
        ];
        members.extend(added.expect("people").into_iter().map(|person| Member { person, account: cast.hq.account }));
        let of_person = site.app.db.read(|conn| {
            let rows: Vec<(xuefa::store::ids::PersonId, UnitId)> =
                people::table.select((people::id, people::unit_id)).load(conn)?;
            Ok(rows.into_iter().collect::<BTreeMap<_, _>>())
        });
        let of_person = of_person.await.expect("a read");
        let tree = site.app.db.read(move |conn| {
            let rows: Vec<(UnitId, String, String)> =
                units::table.order(units::sort_key).select((units::id, units::name, units::path)).load(conn)?;
            Ok(rows)
        });
        let tree = tree.await.expect("a read");
        let contains = |path: &String| tree.iter().map(|(_, _, other)| other.starts_with(path.as_str())).collect();
        let place = |unit: UnitId| tree.iter().position(|(id, _, _)| *id == unit).expect("a unit");
        let people = members.into_iter().map(|member| (member, place(of_person[&member.person]))).collect();
        let units = tree.iter().map(|(id, name, path)| (*id, name.clone(), contains(path))).collect();
        let mut world = Self { site, people, units, held: Vec::new(), rows: Vec::new() };
        for number in 0..5 {
            world.hold(number, dice).await;
        }
        world.site.write(xuefa::attendance::totals::refresh_all).await.expect("totals");
        world
    }

    /// Holds one more session, of whom some make up for one before.
    async fn hold(&mut self, number: usize, dice: &mut Dice) {
        let state = match dice.below(10) {
            0 => SessionState::Published,
            1 => SessionState::Closed,
            2 => SessionState::Archived,
            _ => SessionState::Confirmed,
        };
        let is_confirmed = matches!(state, SessionState::Confirmed | SessionState::Archived);
        let missed: Vec<usize> =
            (0..number).filter(|one| self.held[*one].is_confirmed && self.held[*one].make_up_of.is_none()).collect();
        let make_up_of = (!missed.is_empty() && dice.hits(50)).then(|| dice.pick(&missed));
        let mut rows = Vec::new();
        for person in 0..self.people.len() {
            if !dice.hits(70) {
                continue;
            }
            let state = match dice.below(100) {
                0..50 => Some(Present),
                50..65 => Some(Absent),
                65..75 => Some(Leave),
                75..80 => Some(StandIn),
                80..90 => Some(Exempt),
                _ if is_confirmed => Some(Absent),
                _ => None,
            };
            rows.push(Row { session: number, person, state, made_up: false });
        }
        let roll: Vec<(Member, Option<AttendanceState>)> =
            rows.iter().map(|row| (self.people[row.person].0, row.state)).collect();
        let day = format!("2024-0{}-1{}", number + 2, dice.below(10));
        let id = self.site.given_session(&day, state, &roll).await;
        let missed_id = make_up_of.map(|missed| self.held[missed].id);
        let mut made_up: Vec<(SessionId, Member, MakeUpKind)> = Vec::new();
        for row in rows.iter_mut().filter(|row| is_confirmed && row.state.is_some_and(AttendanceState::is_not_there)) {
            if dice.hits(30) {
                row.made_up = true;
                made_up.push((id, self.people[row.person].0, dice.pick(MakeUpKind::ALL)));
            }
        }
        self.rows.extend(rows.iter().copied());
        if let Some(missed) = make_up_of.filter(|_| is_confirmed) {
            for row in rows.iter().filter(|row| row.state == Some(Present)) {
                let before = self.rows.iter_mut().find(|old| old.session == missed && old.person == row.person);
                if let Some(old) = before.filter(|old| old.state.is_some_and(AttendanceState::is_not_there)) {
                    old.made_up = true;
                    made_up.push((self.held[missed].id, self.people[row.person].0, MakeUpKind::Session));
                }
            }
        }
        let stored = self.site.write(move |conn| {
            diesel::update(sessions::table.filter(sessions::id.eq(id)))
                .set(sessions::make_up_of.eq(missed_id))
                .execute(conn)?;
            for (session, member, kind) in &made_up {
                let row = attendance::table
                    .filter(attendance::session_id.eq(session))
                    .filter(attendance::person_id.eq(member.person));
                diesel::update(row)
                    .set((attendance::make_up.eq(MakeUp::Done), attendance::make_up_kind.eq(kind)))
                    .execute(conn)?;
            }
            Ok(())
        });
        stored.await.expect("stored");
        self.held.push(Held { id, make_up_of, is_confirmed });
    }

    /// The year's figure as it follows from what was put in: each person once in each matter.
    fn year(&self, is_meant: impl Fn(&Row) -> bool) -> Rate {
        let mut rate = (0, 0);
        let took_part = |row: &Row| row.state == Some(Present) || row.made_up;
        // Of several make-up sessions of one matter the first with taking part counts, or else the first.
        let counts_instead = |row: &Row| {
            let place = |row: &Row| (!took_part(row), row.session);
            let is_of_matter = |other: &&Row| {
                let (of, held) = (&self.held[row.session], &self.held[other.session]);
                other.person == row.person && held.is_confirmed && held.make_up_of == of.make_up_of
            };
            let others = self.rows.iter().filter(is_of_matter).filter(|other| other.state != Some(Exempt));
            self.held[row.session].make_up_of.is_some() && others.map(place).any(|other| other < place(row))
        };
        for row in self.rows.iter().filter(|row| self.held[row.session].is_confirmed && is_meant(row)) {
            let missed = self.held[row.session].make_up_of;
            let was_due = |missed| {
                let before = self.rows.iter().find(|old| old.session == missed && old.person == row.person);
                before.is_some_and(|old| old.state != Some(Exempt))
            };
            if row.state == Some(Exempt) || missed.is_some_and(was_due) || counts_instead(row) {
                continue;
            }
            rate.1 += 1;
            rate.0 += i64::from(took_part(row));
        }
        rate
    }

    fn is_below(&self, unit: usize, row: &Row) -> bool {
        self.units[unit].2[self.people[row.person].1]
    }
}

/// The first number after some words.
pub fn number_after(text: &str, words: &str) -> i64 {
    let rest = text.split_once(words).unwrap_or_else(|| panic!("no “{words}” in {text}")).1;
    let digits: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("no number after “{words}” in {text}"))
}

/// The counts of the first rate after some words; none of nothing.
pub fn rate_after(text: &str, words: &str) -> Rate {
    let rest = text.split_once(words).unwrap_or_else(|| panic!("no “{words}” in {text}")).1.trim_start();
    if rest.starts_with('—') {
        return (0, 0);
    }
    let counts = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')')).expect("counts in brackets").0;
    let (n, of) = counts.split_once('/').expect("a count of a count");
    (n.parse().expect("a number"), of.parse().expect("a number"))
}

/// The table by session of a unit's board: the session of each column, and the cells of each line, the whole unit's last.
pub fn by_session(board: &str) -> (Vec<i64>, Vec<Vec<Rate>>) {
    let board = board.replace("&#x3D;", "=");
    let Some((_, rest)) = board.split_once("id=\"by-session\"") else { return (Vec::new(), Vec::new()) };
    let table = rest.split_once("</table>").expect("a table").0;
    let (head, lines) = table.split_once("</thead>").expect("a head");
    let cell = |cell: &str| -> Rate {
        let Some((link, _)) = cell.split_once("</a>") else { return (0, 0) };
        let (n, of) = link.rsplit_once('>').expect("a link").1.split_once('/').expect("a count of a count");
        (n.parse().expect("a number"), of.parse().expect("a number"))
    };
    let sessions = head.split("?session=").skip(1).map(|rest| number_after(rest, "")).collect();
    let lines = lines.split("<tr>").skip(1).map(|line| line.split("<td").skip(1).map(cell).collect()).collect();
    (sessions, lines)
}

fn sum<'a>(rates: impl IntoIterator<Item = &'a Rate>) -> Rate {
    rates.into_iter().fold((0, 0), |sum, rate| (sum.0 + rate.0, sum.1 + rate.1))
}

fn is_made_up(line: &BTreeMap<String, String>) -> bool {
    ["Make-up session", "Exchange meeting", "Accepted study", "Made up"].contains(&line["Make-up"].as_str())
}

/// The lines of a file by the words of its head.
pub fn lines(file: &Answer) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(file.body.trim_start_matches('\u{FEFF}').as_bytes());
    let head: Vec<String> = reader.headers().expect("a head").iter().map(str::to_owned).collect();
    let line = |record: Result<csv::StringRecord, csv::Error>| {
        head.iter().cloned().zip(record.expect("a line").iter().map(str::to_owned)).collect()
    };
    reader.records().map(line).collect()
}

fn hours(text: &str) -> i64 {
    (text.parse::<f64>().expect("hours") * 10.0).round() as i64
}

async fn ok(browser: &mut Browser, path: String) -> Answer {
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer
}

/// One session as one viewer sees it: page, report and file agree; the report's lines by unit.
pub async fn session_agrees(browser: &mut Browser, id: SessionId) -> Vec<BTreeMap<String, String>> {
    let report = ok(browser, format!("/sessions/{id}/report")).await.text();
    let file = lines(&ok(browser, format!("/sessions/{id}/report.csv")).await);
    let page = ok(browser, format!("/sessions/{id}")).await.body;
    let in_state = |word: &str| file.iter().filter(|line| line["State"] == word).count() as i64;
    let total = report.split_once("Expected ").expect("the total").1;
    let n = |word| number_after(total, word);

    assert_eq!(number_after(&report, "Expected "), file.len() as i64, "{id}");
    for (on_paper, in_file) in [
        ("present ", "Present"),
        ("on leave ", "On leave"),
        ("stand-in ", "Stand-in"),
        ("absent ", "Absent"),
        ("exempt ", "Exempt"),
    ] {
        assert_eq!(n(on_paper), in_state(in_file), "{in_file} of {id}: {report}");
        // A count of nobody is no figure of the page.
        let shown = page.split_once(&format!("<dt>{in_file}</dt><dd><a href=")).map(|(_, rest)| rest);
        let shown = shown.map_or(0, |rest| number_after(rest.split_once('>').expect("a link").1, ""));
        assert_eq!(shown, in_state(in_file), "{in_file} of {id} on its page");
    }
    let rate = (in_state("Present"), file.len() as i64 - in_state("Exempt"));
    let took_part = rate.0 + file.iter().filter(|line| is_made_up(line)).count() as i64;
    assert_eq!(rate_after(&report, "Attendance rate"), if rate.1 == 0 { (0, 0) } else { rate }, "{id}");
    assert_eq!(rate_after(&report, "participation rate"), if rate.1 == 0 { (0, 0) } else { (took_part, rate.1) });
    assert_eq!(
        rate_after(page.split_once("<dt>Attendance rate</dt>").expect("the rate").1, "<dd>"),
        rate_after(&report, "Attendance rate")
    );
    file
}

/// O-07.
#[actix_web::test]
async fn the_figures_of_board_session_report_record_outlook_and_files_agree() {
    let mut n_questions = 0;
    for seed in 0..ORGANISATIONS {
        let mut dice = Dice(seed + 1);
        let world = World::made_by(&mut dice).await;
        let cast = world.site.cast.clone();
        let mut browsers = [
            (world.site.signed_in_as(cast.hq).await, cast.group),
            (world.site.signed_in_as(cast.leader_of_first_unit).await, cast.first_unit),
            (world.site.signed_in_as(cast.leader_of_second_unit).await, cast.second_unit),
        ];
        let mut seen: BTreeMap<(usize, usize), Vec<BTreeMap<String, String>>> = BTreeMap::new();
        for _ in 0..QUESTIONS {
            let asker = dice.below(browsers.len());
            let (browser, led) = &mut browsers[asker];
            let led = world.units.iter().position(|(id, _, _)| id == led).expect("a unit");
            let reached: Vec<usize> = (0..world.units.len()).filter(|unit| world.units[led].2[*unit]).collect();
            let unit = dice.pick(&reached);
            let sessions: Vec<usize> = (0..world.held.len())
                .filter(|session| world.rows.iter().any(|row| row.session == *session && world.is_below(unit, row)))
                .collect();
            n_questions += 1;
            if sessions.is_empty() {
                continue;
            }
            let session = dice.pick(&sessions);
            question(&world, browser, (seed, asker, unit, session), &mut seen).await;
        }
        people_agree(&world, &mut browsers[0].0, seed).await;
    }
    assert_eq!(n_questions, 200);
}

/// A unit's board in one session against report and files of the session, and its year against what was put in.
async fn question(
    world: &World,
    browser: &mut Browser,
    (seed, asker, unit, session): (u64, usize, usize, usize),
    seen: &mut BTreeMap<(usize, usize), Vec<BTreeMap<String, String>>>,
) {
    let (id, (unit_id, name, _)) = (world.held[session].id, &world.units[unit]);
    if let std::collections::btree_map::Entry::Vacant(place) = seen.entry((asker, session)) {
        place.insert(session_agrees(browser, id).await);
    }
    let said = format!("organisation {seed}, asker {asker}, {name}, session {session}");
    let is_of = |line: &&BTreeMap<String, String>| {
        let units: Vec<&str> = line["Unit"].split(' ').collect();
        unit == 0 || units.contains(&name.as_str())
    };
    let of_unit: Vec<&BTreeMap<String, String>> = seen[&(asker, session)].iter().filter(is_of).collect();
    let n = |word: &str| of_unit.iter().filter(|line| line["State"] == word).count() as i64;
    let board = ok(browser, format!("/units/{unit_id}?session={id}")).await;
    let missing = lines(&ok(browser, format!("/units/{unit_id}/missing.csv?session={id}")).await);
    let year = ok(browser, format!("/units/{unit_id}/year?year=2024")).await.text();
    let text = board.text();

    let n_missing = of_unit.len() as i64 - n("Present") - n("Exempt");
    assert_eq!(missing.len() as i64, n_missing, "{said}");
    let counts = text
        .split_once(" not there ")
        .map(|(before, rest)| (number_after(before.rsplit(' ').nth(1).expect("a number"), ""), rest.to_owned()));
    let (shown, counts) = counts.unwrap_or_else(|| panic!("{said}: {text}"));
    assert_eq!(shown, n_missing, "{said}");
    assert_eq!(number_after(&counts, "due "), of_unit.len() as i64 - n("Exempt"), "{said}");
    assert_eq!(number_after(&counts, "present "), n("Present"), "{said}");
    assert_eq!(number_after(&counts, "on leave "), n("On leave"), "{said}");
    let of_year = world.year(|row| world.is_below(unit, row));
    let link = board.body.split_once("/year?year").expect("a link to the people").1;
    assert_eq!(rate_after(link, ">"), of_year, "{said}");
    assert_eq!(rate_after(&year, "Participation"), rate_after(&year, "2024 · Participation"), "{said}");
    assert_eq!(rate_after(&year, "2024 · Participation"), of_year, "{said}: {year}");
    let (sessions, lines) = by_session(&board.body);
    let whole = lines.last().cloned().unwrap_or_default();
    assert_eq!((sum(&whole), whole.len()), (of_year, sessions.len()), "{said}: the sessions of the year");
    if let [parts @ .., _] = lines.as_slice()
        && !parts.is_empty()
    {
        let by_part: Vec<Rate> = (0..whole.len()).map(|place| sum(parts.iter().map(|line| &line[place]))).collect();
        assert_eq!(by_part, whole, "{said}: the parts of the unit");
    }
    let held = &world.held[session];
    // In a make-up session count only those who do not count in the one before it.
    if held.is_confirmed && held.make_up_of.is_none() {
        let took_part = n("Present") + of_unit.iter().filter(|line| is_made_up(line)).count() as i64;
        let shown = sessions.iter().position(|one| *one == id.0).map_or((0, 0), |place| whole[place]);
        assert_eq!(shown, (took_part, of_unit.len() as i64 - n("Exempt")), "{said}: the session's report");
    }
}

/// Everybody's record against its file, the outlook's file and what was put in; all of them against the group's year.
async fn people_agree(world: &World, hq: &mut Browser, seed: u64) {
    for category in Category::ALL {
        let path = format!("/hours/required/2024/{}", category.as_str());
        let fields = [("amount", "8"), ("document_title", "通知"), ("document_on", "2024-01-02"), ("version", "0")];
        assert_eq!(hq.post(path, &fields).await.status, 303);
    }
    let group = world.site.cast.group;
    let outlook = lines(&ok(hq, format!("/units/{group}/hours.csv?year=2024&show=all")).await);
    let mut sum = (0, 0);
    for (place, (member, _)) in world.people.iter().enumerate() {
        let path = format!("/people/{}/record", member.person);
        let record = ok(hq, format!("{path}?year=2024")).await.text();
        let paper = ok(hq, format!("{path}?year=2024&paper=1")).await.text();
        let file = lines(&ok(hq, format!("{path}.csv?year=2024")).await);
        let of = |column: &str| file.iter().map(|line| line[column].parse::<i64>().expect("a number")).sum::<i64>();
        let rate = (of("Took part"), of("Due"));
        let name = record.split_once(" · ").expect("the head").0.rsplit(' ').next().expect("a name").to_owned();
        let said = format!("organisation {seed}, {name}: {record}");

        assert_eq!(world.year(|row| row.person == place), rate, "{said}");
        assert_eq!(rate_after(&record, "Participation"), rate, "{said}");
        assert_eq!(rate_after(&paper, "Participation"), rate, "{said}");
        let line = outlook.iter().find(|line| line["Name"] == name).expect("a line of the outlook");
        let total = |column: &str| file.iter().map(|line| hours(&line[column])).sum::<i64>();
        assert_eq!(
            (total("Study hours"), total("Hours to come")),
            (hours(&line["Done"]), hours(&line["To come"])),
            "{said}"
        );
        assert_eq!(number_after(&record, "Study hours") * 10, total("Study hours"), "{said}");
        // Two hours for each matter that they took part in.
        let own = world.rows.iter().filter(|row| row.person == place && world.held[row.session].is_confirmed);
        let matters: BTreeSet<usize> = own
            .filter(|row| row.state == Some(Present) || row.made_up)
            .map(|row| world.held[row.session].make_up_of.unwrap_or(row.session))
            .collect();
        assert_eq!(total("Study hours"), 20 * matters.len() as i64, "{said}");
        sum = (sum.0 + rate.0, sum.1 + rate.1);
    }
    assert_eq!(world.year(|_| true), sum, "organisation {seed}");
}
