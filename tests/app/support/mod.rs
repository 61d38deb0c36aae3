//! A site of its own for each test: database, fixed clock, a small organisation with its cast.

// Each test file uses its own part of this.
#![allow(dead_code)]

pub mod database;
pub mod facts;
pub mod form;
pub mod organisation;
pub mod queries;
mod sessions;
pub mod smtp;

use actix_web::body::MessageBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::test;
use chrono::{NaiveDate, NaiveTime};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use xuefa::access::{Actor, Role};
use xuefa::accounts::{queries as accounts, secret, sign_in};
use xuefa::cli::demo;
use xuefa::clock::{Clock, Moment};
use xuefa::config::Config;
use xuefa::error::{Error, Message};
use xuefa::i18n::{self, Language};
use xuefa::organization::model::NewPerson;
use xuefa::organization::{self, Category, UnitKind};
use xuefa::store::ids::{AccountId, PersonId, UnitId};
use xuefa::store::{Conn, Db};
use xuefa::web::App;

/// A message as an English page or command says it.
pub fn in_english(message: &Message) -> String {
    i18n::word(Language::English, &Clock::system(chrono_tz::Asia::Shanghai), message)
}

/// An error as an English command says it.
pub fn said(error: &Error) -> String {
    i18n::sentence(Language::English, &Clock::system(chrono_tz::Asia::Shanghai), error)
}

type Call = Rc<dyn Fn(test::TestRequest) -> Pin<Box<dyn Future<Output = Answer>>>>;

/// One running application and what it was given.
pub struct TestApp {
    pub app: App,
    pub cast: Cast,
    call: Call,
    _database: database::Database,
    _data: tempfile::TempDir,
}

/// The small organisation: a group with a department (HQ's office) and two enterprises, the first with a branch.
#[derive(Debug, Clone)]
pub struct Cast {
    pub group: UnitId,
    pub office: UnitId,
    pub first_unit: UnitId,
    pub branch_of_first_unit: UnitId,
    pub second_unit: UnitId,
    /// Of HQ.
    pub hq: Member,
    /// System, security and audit duty, and nothing else.
    pub admin: Member,
    pub leader_of_first_unit: Member,
    pub liaison_of_first_unit: Member,
    pub leader_of_second_unit: Member,
    /// A deputy manager of the first unit: enterprise leadership.
    pub trainee: Member,
    /// Staff of the first unit's branch.
    pub colleague: Member,
    /// A deputy manager of the second unit: enterprise leadership.
    pub stranger: Member,
}

/// A person with an account.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub person: PersonId,
    pub account: AccountId,
}

/// The password of everybody in the cast.
pub const PASSWORD: &str = "a test's password";

/// Whether papers can be tested here: poppler and Chinese fonts are there, or it is said that they must be.
pub fn prints_papers() -> bool {
    let is_demanded = std::env::var("XUEFA_TEST_PDF").is_ok();
    let has_poppler = std::process::Command::new("pdftotext").arg("-v").output().is_ok();
    let faces = xuefa::reports::pdf::Press::new(None).stand_ins();
    is_demanded || (has_poppler && !faces.is_empty() && faces.iter().all(|of| of.used.is_some()))
}

/// The fixed clock begins at Friday, 5 July 2024, 09:00 in Shanghai.
pub fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 7, 5).expect("a date")
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A site whose application was changed before it was served: as a demo, say.
    pub async fn start_with(change: impl FnOnce(&mut App)) -> Self {
        let begins = (first_day(), NaiveTime::from_hms_opt(9, 0, 0).expect("a time"));
        Self::start_from(begins, change, |conn, clock| {
            xuefa::readings::sync(conn, clock.now())?;
            Ok(make_cast(conn, clock.now(), clock.today()))
        })
        .await
    }

    /// A site with what `xuefa demo` has when it is made at that time.
    pub async fn start_as_demo(date: &str, time: &str) -> Self {
        let time = NaiveTime::parse_from_str(time, "%H:%M").expect("a time");
        let make = |conn: &mut Conn, clock: &Clock| {
            demo::make(conn, demo::Size::default(), "no hash", clock)?;
            cast_of_demo(conn)
        };
        Self::start_from((date.parse().expect("a date"), time), |_| {}, make).await
    }

    async fn start_from(
        (date, time): (NaiveDate, NaiveTime),
        change: impl FnOnce(&mut App),
        make: impl Fn(&mut Conn, &Clock) -> xuefa::error::Result<Cast> + Send + 'static,
    ) -> Self {
        let database = database::Database::fresh();
        let data = tempfile::tempdir().expect("a folder");
        let clock = Clock::fixed(chrono_tz::Asia::Shanghai, Moment::from_utc(chrono::NaiveDateTime::default()));
        clock.set(clock.moment(date, time));
        let config = Config {
            database: database.address.clone(),
            data: data.path().to_owned(),
            listen: "127.0.0.1:8080".parse().expect("an address"),
            base_url: Some("http://xuefa.test".to_owned()),
            smtp: None,
            smtp_rate: None,
            smtp_ca: None,
            mail_haste: 1,
            mail_from: "学法 <xuefa@xuefa.test>".to_owned(),
            zone: clock.zone(),
            trusted_proxies: Vec::new(),
            fonts: None,
            plain_http: false,
            secret: None,
            backup: xuefa::config::BackupConfig::default(),
            tls: xuefa::config::TlsConfig::default(),
        };
        let db = Db::open(&config.database).expect("the database opens");
        let mut app = App::new(db, clock, config).expect("the application is put together");
        change(&mut app);
        let clock = app.clock.clone();
        let cast = app.db.write(move |conn| make(conn, &clock)).await.expect("the cast is made");
        let service = Rc::new(test::init_service(app.service()).await);
        let call: Call = Rc::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                let response = test::try_call_service(&*service, request.to_request()).await.expect("an answer");
                Answer::read(response).await
            })
        });
        Self { app, cast, call, _database: database, _data: data }
    }

    /// Sets the clock to a time of a day in the organisation's zone.
    pub fn set_clock(&self, date: &str, time: &str) {
        self.app.clock.set(self.moment(date, time));
    }

    /// A moment by the organisation's wall clock: `moment("2024-07-05", "14:30")`.
    pub fn moment(&self, date: &str, time: &str) -> Moment {
        let time = NaiveTime::parse_from_str(time, "%H:%M").expect("a time");
        self.app.clock.moment(date.parse().expect("a date"), time)
    }

    /// Runs a closure as one write, as a verb would be.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Conn) -> xuefa::error::Result<T> + Send + 'static,
    ) -> xuefa::error::Result<T> {
        self.app.db.write(f).await
    }

    /// The viewer that somebody is when signed in.
    pub async fn viewer(&self, member: Member) -> xuefa::access::Viewer {
        let token = self.login(member).await;
        let (hash, now) = (secret::hash_token(&token), self.app.clock.now());
        let viewer = self.app.db.read(move |conn| Ok(accounts::find_viewer(conn, &hash, now, "test")?)).await;
        viewer.expect("a read").expect("a viewer")
    }

    async fn login(&self, member: Member) -> String {
        let (token, now) = (secret::random_token(), self.app.clock.now());
        let begun = token.clone();
        let actor = Actor::person(member.person, "test");
        let done = self.app.db.write(move |conn| sign_in::begin_login(conn, member.account, &begun, &actor, now)).await;
        done.expect("a login");
        token
    }

    /// A browser in which somebody is signed in.
    pub async fn signed_in_as(&self, member: Member) -> Browser {
        let token = self.login(member).await;
        Browser {
            csrf: self.app.secret.derive("csrf", &token),
            cookies: vec![("xuefa_login".to_owned(), token)],
            call: self.call.clone(),
            form_key: 0,
            language: "en",
            address: "203.0.113.7",
            headers: Vec::new(),
        }
    }

    /// A browser in which nobody is signed in.
    pub fn signed_out(&self) -> Browser {
        let visit = secret::random_token();
        Browser {
            csrf: self.app.secret.derive("csrf", &visit),
            cookies: vec![("xuefa_visit".to_owned(), visit)],
            call: self.call.clone(),
            form_key: 0,
            language: "en",
            address: "203.0.113.7",
            headers: Vec::new(),
        }
    }
}

/// A browser with its cookies; it asks for English pages unless told otherwise.
#[derive(Clone)]
pub struct Browser {
    pub csrf: String,
    pub cookies: Vec<(String, String)>,
    pub language: &'static str,
    /// Where it sits in the network.
    pub address: &'static str,
    /// Headers that it sends besides.
    pub headers: Vec<(&'static str, &'static str)>,
    call: Call,
    form_key: u32,
}

impl Browser {
    pub async fn get(&mut self, path: impl AsRef<str>) -> Answer {
        self.send(Method::GET, path.as_ref(), None).await
    }

    pub async fn head(&mut self, path: impl AsRef<str>) -> Answer {
        self.send(Method::HEAD, path.as_ref(), None).await
    }

    /// Sends a form, with its token and a key of its own.
    pub async fn post(&mut self, path: impl AsRef<str>, fields: &[(&str, &str)]) -> Answer {
        self.form_key += 1;
        let key = format!("{}-{}", self.csrf, self.form_key);
        let mut all = vec![("csrf", self.csrf.clone()), ("form_key", key)];
        all.extend(fields.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self.send(Method::POST, path.as_ref(), Some(&all)).await
    }

    /// Sends a form as it stands: without a token, or with a key that was used before.
    pub async fn post_raw(&mut self, path: impl AsRef<str>, fields: &[(&str, &str)]) -> Answer {
        let all: Vec<(&str, String)> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        self.send(Method::POST, path.as_ref(), Some(&all)).await
    }

    /// Sends JSON, with whatever headers the browser has.
    pub async fn post_json(&mut self, path: impl AsRef<str>, content: &serde_json::Value) -> Answer {
        let request = test::TestRequest::with_uri(path.as_ref()).method(Method::POST).set_json(content);
        self.call(request).await
    }

    /// Sends one file as a multipart form.
    pub async fn upload(&mut self, path: impl AsRef<str>, field: &str, file_name: &str, content: &[u8]) -> Answer {
        let edge = "----------------test";
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.csrf.as_str()), ("form_key", "upload")] {
            body.extend(
                format!("--{edge}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let head = format!(
            "--{edge}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(format!("\r\n--{edge}--\r\n").bytes());
        let request = test::TestRequest::with_uri(path.as_ref())
            .method(Method::POST)
            .insert_header((header::CONTENT_TYPE, format!("multipart/form-data; boundary={edge}")))
            .set_payload(body);
        self.call(request).await
    }

    /// Sends a multipart form with fields, and one file when there is one: its name and content.
    pub async fn post_with_file(
        &mut self,
        path: impl AsRef<str>,
        fields: &[(&str, &str)],
        file: Option<(&str, &[u8])>,
    ) -> Answer {
        self.form_key += 1;
        let (edge, key) = ("----------------test", format!("{}-{}", self.csrf, self.form_key));
        let own = [("csrf", self.csrf.as_str()), ("form_key", key.as_str())];
        let mut body = Vec::new();
        for (name, value) in own.iter().chain(fields) {
            body.extend(
                format!("--{edge}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let (name, content) = file.unwrap_or(("", b""));
        let head = format!(
            "--{edge}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(format!("\r\n--{edge}--\r\n").bytes());
        let request = test::TestRequest::with_uri(path.as_ref())
            .method(Method::POST)
            .insert_header((header::CONTENT_TYPE, format!("multipart/form-data; boundary={edge}")))
            .set_payload(body);
        self.call(request).await
    }

    async fn send(&mut self, method: Method, path: &str, form: Option<&[(&str, String)]>) -> Answer {
        let mut request = test::TestRequest::with_uri(path).method(method);
        if let Some(form) = form {
            request = request.set_form(form);
        }
        self.call(request).await
    }

    async fn call(&mut self, request: test::TestRequest) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let peer = std::net::SocketAddr::new(self.address.parse().expect("an address"), 50_000);
        let request = self.headers.iter().fold(request, |request, header| request.insert_header(*header));
        let request = request
            .peer_addr(peer)
            .insert_header((header::HOST, "xuefa.test"))
            .insert_header((header::ACCEPT_LANGUAGE, self.language))
            .insert_header((header::COOKIE, cookies.join("; ")));
        let answer = (self.call)(request).await;
        for (name, value) in &answer.cookies {
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.clone(), value.clone()));
            }
        }
        answer
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Where a redirect leads.
    pub location: Option<String>,
    pub body: String,
    pub bytes: Vec<u8>,
    pub headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
}

impl Answer {
    async fn read<B: MessageBody>(response: actix_web::dev::ServiceResponse<B>) -> Self {
        let status: StatusCode = response.status();
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        // As a browser keeps them: still encoded.
        let set = headers.iter().filter(|(name, _)| name == "set-cookie");
        let cookies = set
            .filter_map(|(_, cookie)| cookie.split(';').next()?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let location = headers.iter().find(|(name, _)| name == "location").map(|(_, value)| value.clone());
        let bytes = test::read_body(response).await.to_vec();
        Self {
            status: status.as_u16(),
            location,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            headers,
            cookies,
        }
    }

    /// The page without its markup, spaces folded: what a person reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut in_tag = false;
        for character in self.body.chars() {
            match character {
                '<' => in_tag = true,
                '>' => {
                    in_tag = false;
                    text.push(' ');
                }
                other if !in_tag => text.push(other),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The cast among the people of the demo: its first unit is the leader's.
fn cast_of_demo(conn: &mut Conn) -> xuefa::error::Result<Cast> {
    let units = organization::queries::list_units(conn)?;
    let unit = |code: &str| units.iter().find(|unit| unit.code == code).expect("a unit of the demo").id;
    let mut member = |name: &str| {
        let account = accounts::find_account(conn, name)?.expect("one of the demo");
        Ok::<_, xuefa::error::Error>(Member { person: account.person_id, account: account.id })
    };
    Ok(Cast {
        group: unit("G"),
        office: unit("D08"),
        first_unit: unit("E01"),
        branch_of_first_unit: unit("E0101"),
        second_unit: unit("E02"),
        hq: member("hq")?,
        admin: member("admin")?,
        leader_of_first_unit: member("leader")?,
        liaison_of_first_unit: member("leader")?,
        leader_of_second_unit: member("clerk")?,
        trainee: member("trainee")?,
        colleague: member("trainee")?,
        stranger: member("clerk")?,
    })
}

fn make_cast(conn: &mut Conn, now: Moment, today: NaiveDate) -> Cast {
    let mut unit = |parent: Option<&organization::Unit>, code: &str, name: &str, kind, position| {
        organization::queries::insert_unit(conn, parent, code, name, kind, position).expect("a unit")
    };
    let group = unit(None, "G", "利和集团", UnitKind::Group, 1);
    let office = unit(Some(&group), "D01", "信访办公室", UnitKind::Department, 1);
    let first = unit(Some(&group), "E01", "第一工程公司", UnitKind::Enterprise, 2);
    let branch = unit(Some(&first), "E0101", "一项目部", UnitKind::Branch, 1);
    let second = unit(Some(&group), "E02", "物资公司", UnitKind::Enterprise, 3);
    let people = [
        ("hq", "方静", &office, "主任", Category::HqMiddle, 1),
        ("admin", "周予", &office, "管理员", Category::Staff, 2),
        ("leader1", "程诚", &first, "党委书记", Category::EnterpriseLeadership, 1),
        ("liaison1", "何联", &first, "信访专员", Category::Staff, 9),
        ("leader2", "沈薇", &second, "总经理", Category::EnterpriseLeadership, 1),
        ("trainee", "杜维平", &first, "副总经理", Category::EnterpriseLeadership, 2),
        ("colleague", "李敏", &branch, "安全员", Category::Staff, 1),
        ("stranger", "王强", &second, "副总经理", Category::EnterpriseLeadership, 2),
    ];
    let new: Vec<NewPerson> = people
        .iter()
        .map(|(number, name, unit, post, category, order)| NewPerson {
            employee_number: (*number).to_owned(),
            name: (*name).to_owned(),
            unit_id: unit.id,
            post: (*post).to_owned(),
            category: *category,
            order_number: *order,
            email: Some(format!("{number}@lihe.example")),
        })
        .collect();
    let ids = organization::queries::insert_people(conn, &new, today).expect("people");
    let hash = xuefa::accounts::password::hash_now(PASSWORD).expect("a hash");
    // An account for each; all have read the notice.
    let user_names: Vec<(PersonId, String)> =
        ids.iter().zip(&people).map(|(id, row)| (*id, row.0.to_owned())).collect();
    accounts::insert_accounts(conn, &user_names, &hash, now).expect("accounts");
    let mut members = user_names.iter().map(|(person, user_name)| Member {
        person: *person,
        account: accounts::find_account(conn, user_name).expect("a read").expect("just added").id,
    });
    let mut next = || members.next().expect("as many as people");
    let (hq, admin, leader1, liaison1, leader2, trainee, colleague, stranger) =
        (next(), next(), next(), next(), next(), next(), next(), next());
    drop(members);
    for (member, role, unit) in [
        (hq, Role::Hq, None),
        (admin, Role::System, None),
        (admin, Role::Security, None),
        (admin, Role::Audit, None),
        (leader1, Role::Leader, Some(first.id)),
        (liaison1, Role::Liaison, Some(first.id)),
        (leader2, Role::Leader, Some(second.id)),
    ] {
        accounts::insert_grant(conn, member.account, role, unit, None, now).expect("a grant");
    }
    Cast {
        group: group.id,
        office: office.id,
        first_unit: first.id,
        branch_of_first_unit: branch.id,
        second_unit: second.id,
        hq,
        admin,
        leader_of_first_unit: leader1,
        liaison_of_first_unit: liaison1,
        leader_of_second_unit: leader2,
        trainee,
        colleague,
        stranger,
    }
}
