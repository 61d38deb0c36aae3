//! A small mail server that speaks real SMTP, plain or over TLS, as well or as badly as a test wants.

// Each test program uses its own part of this.
#![allow(dead_code)]

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A mail that it took.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub recipients: Vec<String>,
    pub content: String,
    /// As [`SmtpServer::next_life`] counts.
    pub life: usize,
    pub manner: Manner,
    /// Whether the client went on after it was told: then it heard it.
    pub is_known: bool,
    /// Whether the conversation was under TLS.
    pub is_safe: bool,
}

impl Taken {
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.content.split("\n\n").next()?;
        head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// How it treats a mail.
#[derive(Debug, Clone, PartialEq)]
pub enum Manner {
    Take,
    /// Answers so to the recipient: `550 no such user`, `451 come back later`.
    Answer(String),
    /// Says nothing more.
    Hang,
    /// Resets the connection in the middle of the mail.
    ResetBefore,
    /// Takes the mail and says so only when the test lets go.
    TakeLate,
    /// Refuses the mail for good when it has read it.
    RefuseAfter,
    /// Takes the mail and resets the connection instead of saying so.
    ResetAfter,
}

/// A recipient that a mail was offered for.
#[derive(Debug, Clone)]
pub struct Offer {
    pub recipient: String,
    /// As [`SmtpServer::next_life`] counts.
    pub life: usize,
    pub manner: Manner,
    /// Whether the client went on after the answer: then it heard it.
    pub is_known: bool,
}

/// By the recipient, and how often one was offered before.
type Script = Box<dyn Fn(&str, usize) -> Manner + Send + Sync>;

/// When it speaks TLS.
#[derive(Clone)]
pub enum Tls {
    Never,
    FromTheStart(Arc<ServerConfig>),
    WhenAsked(Arc<ServerConfig>),
}

#[derive(Default)]
struct Offers {
    all: Vec<Offer>,
    of_each: HashMap<String, usize>,
}

struct State {
    taken: Mutex<Vec<Taken>>,
    offers: Mutex<Offers>,
    script: Mutex<Script>,
    life: AtomicUsize,
    lets_go: AtomicBool,
    is_down: AtomicBool,
    tls: Tls,
    /// The one user and password, when it asks for any.
    login: Option<(String, String)>,
}

/// Gone when the process ends: its threads wait until then.
pub struct SmtpServer {
    /// `smtp://…`, or `smtps://…` when it speaks TLS from the start.
    pub address: String,
    socket: SocketAddr,
    state: Arc<State>,
}

impl SmtpServer {
    pub fn start() -> Self {
        Self::start_as(Tls::Never, None)
    }

    pub fn start_as(tls: Tls, login: Option<(&str, &str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let socket = listener.local_addr().expect("its address");
        let scheme = if matches!(tls, Tls::FromTheStart(_)) { "smtps" } else { "smtp" };
        let state = Arc::new(State {
            taken: Mutex::default(),
            offers: Mutex::default(),
            script: Mutex::new(Box::new(|_, _| Manner::Take)),
            life: AtomicUsize::new(0),
            lets_go: AtomicBool::new(false),
            is_down: AtomicBool::new(false),
            tls,
            login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
        });
        let listening = state.clone();
        std::thread::spawn(move || listen(listener, socket, &listening));
        // By name, because that is what a certificate is for.
        Self { address: format!("{scheme}://localhost:{}", socket.port()), socket, state }
    }

    /// Answers so to every recipient from now on.
    pub fn answers(&self, line: &str) {
        let line = line.to_owned();
        self.behaves(move |_, _| if line.starts_with("250") { Manner::Take } else { Manner::Answer(line.clone()) });
    }

    pub fn behaves(&self, script: impl Fn(&str, usize) -> Manner + Send + Sync + 'static) {
        *self.state.script.lock().expect("the script") = Box::new(script);
    }

    /// Refuses connections, or takes them again.
    pub fn is_down(&self, is_down: bool) {
        self.state.is_down.store(is_down, Ordering::SeqCst);
        // The first connection wakes the one who listens.
        while TcpStream::connect(self.socket).is_err() != is_down {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends the conversations in which it hangs.
    pub fn let_go(&self) {
        self.state.lets_go.store(true, Ordering::SeqCst);
    }

    /// Counts on: what is offered from now on is told from what was before.
    pub fn next_life(&self) {
        self.state.life.fetch_add(1, Ordering::SeqCst);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.state.taken.lock().expect("what it took").clone()
    }

    pub fn count_taken(&self) -> usize {
        self.state.taken.lock().expect("what it took").len()
    }

    pub fn offers(&self) -> Vec<Offer> {
        self.state.offers.lock().expect("the offers").all.clone()
    }
}

fn listen(mut listener: TcpListener, socket: SocketAddr, state: &Arc<State>) {
    loop {
        for stream in listener.incoming().flatten() {
            if state.is_down.load(Ordering::SeqCst) {
                break;
            }
            let state = state.clone();
            std::thread::spawn(move || converse(stream, &state));
        }
        drop(listener);
        while state.is_down.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(2));
        }
        listener = loop {
            match TcpListener::bind(socket) {
                Ok(listener) => break listener,
                // Somebody has the port for a moment.
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        };
    }
}

trait Talk: Read + Write + Send {}
impl<T: Read + Write + Send> Talk for T {}

/// The server's end of one conversation.
struct Line {
    stream: BufReader<Box<dyn Talk>>,
    /// The same connection, to be reset.
    socket: TcpStream,
    is_safe: bool,
}

impl Line {
    fn new(socket: TcpStream, tls: Option<&Arc<ServerConfig>>) -> Option<Self> {
        let own = socket.try_clone().ok()?;
        let stream: Box<dyn Talk> = match tls {
            None => Box::new(own),
            Some(config) => Box::new(StreamOwned::new(ServerConnection::new(config.clone()).ok()?, own)),
        };
        Some(Self { stream: BufReader::new(stream), socket, is_safe: tls.is_some() })
    }

    fn say(&mut self, line: &str) -> Option<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        stream.flush().ok()
    }

    fn hear(&mut self) -> Option<String> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()),
        }
    }

    fn reset(self) {
        drop(socket2::SockRef::from(&self.socket).set_linger(Some(Duration::ZERO)));
    }
}

fn converse(socket: TcpStream, state: &State) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let mut line = match &state.tls {
        Tls::FromTheStart(config) => Line::new(socket, Some(config))?,
        Tls::Never | Tls::WhenAsked(_) => Line::new(socket, None)?,
    };
    let mut mail = (String::new(), Vec::new(), Manner::Take);
    let (mut asked, mut last): (Option<usize>, Option<usize>) = (None, None);
    line.say("220 test ESMTP")?;
    loop {
        let said = line.hear()?;
        if let Some(asked) = asked.take() {
            state.offers.lock().ok()?.all.get_mut(asked)?.is_known = true;
        }
        if let Some(last) = last.take() {
            state.taken.lock().ok()?.get_mut(last)?.is_known = true;
        }
        let command = said.to_ascii_uppercase();
        if command.starts_with("EHLO") {
            if matches!(state.tls, Tls::WhenAsked(_)) && !line.is_safe {
                line.say("250-test\r\n250-STARTTLS\r\n250 8BITMIME")?;
            } else if state.login.is_some() {
                line.say("250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME")?;
            } else {
                line.say("250-test\r\n250 8BITMIME")?;
            }
        } else if command == "STARTTLS"
            && let Tls::WhenAsked(config) = &state.tls
        {
            line.say("220 go on")?;
            line = Line::new(line.socket, Some(config))?;
        } else if let Some(given) = said.strip_prefix("AUTH PLAIN ") {
            use base64::Engine;
            let (user, password) = state.login.as_ref()?;
            let right = base64::engine::general_purpose::STANDARD.encode(format!("\0{user}\0{password}"));
            line.say(if given == right { "235 ok" } else { "535 5.7.8 user or password is wrong" })?;
        } else if command.starts_with("MAIL FROM:") {
            mail = (said, Vec::new(), Manner::Take);
            line.say("250 ok")?;
        } else if command.starts_with("RCPT TO:") {
            let recipient = said["RCPT TO:".len()..].to_owned();
            let (place, manner) = state.offered(&recipient);
            asked = Some(place);
            match &manner {
                Manner::Answer(answer) => line.say(answer)?,
                Manner::Hang => {
                    state.hold(&line.socket);
                    return None;
                }
                _ => {
                    mail.1.push(recipient);
                    line.say("250 ok")?;
                }
            }
            mail.2 = manner;
        } else if command == "DATA" {
            line.say("354 go on")?;
            let content = match &mail.2 {
                Manner::ResetBefore => {
                    line.hear()?;
                    line.reset();
                    return None;
                }
                _ => hear_mail(&mut line)?,
            };
            if mail.2 == Manner::RefuseAfter {
                line.say("554 5.6.0 no such content here")?;
                continue;
            }
            let taken = Taken {
                from: mail.0.clone(),
                recipients: mail.1.clone(),
                content,
                life: state.life.load(Ordering::SeqCst),
                manner: mail.2.clone(),
                is_known: false,
                is_safe: line.is_safe,
            };
            let place = {
                let mut all = state.taken.lock().ok()?;
                all.push(taken);
                all.len() - 1
            };
            if mail.2 == Manner::ResetAfter {
                line.reset();
                return None;
            }
            while mail.2 == Manner::TakeLate && !state.lets_go.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(2));
            }
            line.say("250 taken")?;
            last = Some(place);
        } else if command == "QUIT" {
            line.say("221 bye")?;
            return Some(());
        } else {
            line.say("250 ok")?;
        }
    }
}

fn hear_mail(line: &mut Line) -> Option<String> {
    let mut content = String::new();
    loop {
        let said = line.hear()?;
        if said == "." {
            return Some(content);
        }
        content.push_str(said.strip_prefix('.').unwrap_or(&said));
        content.push('\n');
    }
}

impl State {
    /// Says nothing until the client gives up or the test lets go.
    fn hold(&self, socket: &TcpStream) {
        drop(socket.set_read_timeout(Some(Duration::from_millis(20))));
        let mut said = [0_u8; 64];
        while !self.lets_go.load(Ordering::SeqCst) {
            match (&mut &*socket).read(&mut said) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return,
            }
        }
    }

    fn offered(&self, recipient: &str) -> (usize, Manner) {
        let mut offers = self.offers.lock().expect("the offers");
        let n_before = offers.of_each.get(recipient).copied().unwrap_or(0);
        offers.of_each.insert(recipient.to_owned(), n_before + 1);
        let manner = self.script.lock().expect("the script")(recipient, n_before);
        let life = self.life.load(Ordering::SeqCst);
        let place = offers.all.len();
        offers.all.push(Offer { recipient: recipient.to_owned(), life, manner: manner.clone(), is_known: false });
        (place, manner)
    }
}
