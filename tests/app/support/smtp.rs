//! A small mail server that speaks real SMTP, for one test: it answers `RCPT TO` as told and keeps what it took.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One conversation's mail.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub recipients: Vec<String>,
    pub content: String,
}

/// Gone when the process ends: its thread waits for connections until then.
pub struct SmtpServer {
    pub address: String,
    taken: Arc<Mutex<Vec<Taken>>>,
    /// What it says to a recipient: `250 ok`, `550 no such user`, `451 try later`.
    answer: Arc<Mutex<String>>,
}

impl SmtpServer {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("smtp://{}", listener.local_addr().expect("its address"));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let answer = Arc::new(Mutex::new("250 ok".to_owned()));
        let (all, said) = (taken.clone(), answer.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, said) = (all.clone(), said.clone());
                std::thread::spawn(move || converse(stream, &all, &said));
            }
        });
        Self { address, taken, answer }
    }

    pub fn answers(&self, line: &str) {
        *self.answer.lock().expect("the answer") = line.to_owned();
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().expect("what it took").clone()
    }
}

fn converse(mut stream: TcpStream, taken: &Mutex<Vec<Taken>>, answer: &Mutex<String>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let mut say = move |line: &str| stream.write_all(format!("{line}\r\n").as_bytes()).ok();
    let mut mail = Taken { from: String::new(), recipients: Vec::new(), content: String::new() };
    say("220 test ESMTP")?;
    loop {
        let line = lines.next()?.ok()?;
        let command = line.to_ascii_uppercase();
        if command.starts_with("EHLO") {
            say("250-test\r\n250 8BITMIME")?;
        } else if command.starts_with("MAIL FROM:") {
            mail = Taken { from: line, recipients: Vec::new(), content: String::new() };
            say("250 ok")?;
        } else if command.starts_with("RCPT TO:") {
            let said = answer.lock().ok()?.clone();
            if said.starts_with("250") {
                mail.recipients.push(line["RCPT TO:".len()..].to_owned());
            }
            say(&said)?;
        } else if command == "DATA" {
            say("354 go on")?;
            loop {
                let line = lines.next()?.ok()?;
                if line == "." {
                    break;
                }
                mail.content.push_str(&line);
                mail.content.push('\n');
            }
            taken.lock().ok()?.push(mail.clone());
            say("250 taken")?;
        } else if command == "QUIT" {
            say("221 bye")?;
            return Some(());
        } else {
            say("250 ok")?;
        }
    }
}
