//! Every setting of the program: name, environment variable, unit, default; built once in `main`.
//! What an office decides (help contact, check-in window) is not here but in `settings/`.

use chrono_tz::Tz;
use clap::Args;
use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::{Host, Url};

/// What `serve` and the other commands on a real installation are told.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The database: a path (SQLite), or postgres://…
    #[arg(long, env = "XUEFA_DATABASE", default_value = "data/xuefa.db")]
    pub database: String,
    /// The folder for files, for mail that is not sent by SMTP, and for the program's own key
    #[arg(long, env = "XUEFA_DATA", default_value = "data")]
    pub data: PathBuf,
    /// The address to listen on
    #[arg(long, env = "XUEFA_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address by which people reach the program; links in mail begin with it [default: http:// and the listening address]
    #[arg(long, env = "XUEFA_BASE_URL")]
    pub base_url: Option<String>,
    /// The mail server: smtp://[user:password@]host[:port] (with STARTTLS where offered) or smtps://…; without it mail goes to a folder
    #[arg(long, env = "XUEFA_SMTP", hide_env_values = true)]
    pub smtp: Option<String>,
    /// Mails a minute at the most, when the mail server takes no more
    #[arg(long, env = "XUEFA_SMTP_RATE", value_parser = clap::value_parser!(u32).range(1..))]
    pub smtp_rate: Option<u32>,
    /// Certificates (PEM) of an authority of the office's own, which the mail server's certificate comes from
    #[arg(long, env = "XUEFA_SMTP_CA")]
    pub smtp_ca: Option<PathBuf>,
    /// For drills alone: everything that mail waits for passes that many times faster
    #[arg(long, env = "XUEFA_MAIL_HASTE", hide = true, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub mail_haste: u32,
    /// The sender of all mail
    #[arg(long, env = "XUEFA_MAIL_FROM", default_value = "学法 <xuefa@localhost>")]
    pub mail_from: String,
    /// The organisation's time zone
    #[arg(long, env = "XUEFA_ZONE", default_value = "Asia/Shanghai")]
    pub zone: Tz,
    /// A folder with the organisation's own fonts for papers (方正小标宋, 仿宋_GB2312, 楷体_GB2312, 黑体): they win over the system's
    #[arg(long, env = "XUEFA_FONTS")]
    pub fonts: Option<PathBuf>,
    /// Addresses of proxies whose X-Forwarded-For is believed, separated by commas
    #[arg(long, env = "XUEFA_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Serve plain http beyond this machine, in a hall without a domain name
    #[arg(long, env = "XUEFA_PLAIN_HTTP", value_parser = clap::builder::FalseyValueParser::new())]
    pub plain_http: bool,
    /// The key behind tokens, at least 32 characters, the same for all instances [default: made once in the data folder]
    #[arg(long, env = "XUEFA_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
    #[command(flatten)]
    pub backup: BackupConfig,
    #[command(flatten)]
    pub tls: TlsConfig,
}

/// Backups that `serve` makes by itself, and how backups are locked.
#[derive(Debug, Clone, Default, Args)]
pub struct BackupConfig {
    /// The folder that serve puts a backup into every day; without it none is made
    #[arg(long = "backup-folder", env = "XUEFA_BACKUP_FOLDER")]
    pub folder: Option<PathBuf>,
    /// The hour from which the day's backup is made, by the organisation's clock (0 to 23)
    #[arg(long = "backup-hour", env = "XUEFA_BACKUP_HOUR", default_value_t = 2, value_parser = clap::value_parser!(u32).range(0..=23))]
    pub hour: u32,
    /// How many of its backups stay in the folder
    #[arg(long = "backup-keep", env = "XUEFA_BACKUP_KEEP", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..))]
    pub keep: u32,
    /// Who can open a backup: a key that begins with age1, made by `xuefa backup-key`
    #[arg(long = "backup-recipient", env = "XUEFA_BACKUP_RECIPIENT")]
    pub recipient: Option<String>,
    /// Instead of a recipient: the passphrase that opens a backup
    #[arg(long = "backup-passphrase", env = "XUEFA_BACKUP_PASSPHRASE", hide_env_values = true)]
    pub passphrase: Option<String>,
}

/// TLS of the program's own, where no proxy stands before it.
#[derive(Debug, Clone, Default, Args)]
pub struct TlsConfig {
    /// The file (PEM) with the certificate and those up to its authority, for serving https without a proxy
    #[arg(long = "tls-certificate", env = "XUEFA_TLS_CERTIFICATE")]
    pub certificate: Option<PathBuf>,
    /// The file (PEM) with the certificate's private key
    #[arg(id = "key", long = "tls-key", env = "XUEFA_TLS_KEY")]
    pub key: Option<PathBuf>,
}

/// Settings of the log, which is set up before any other is read.
const OF_THE_LOG: [&str; 2] = ["XUEFA_LOG", "XUEFA_LOG_FORMAT"];

/// Whether the log is written as one JSON object a line, for a program that collects logs: `XUEFA_LOG_FORMAT=json`.
/// Anything else is plain lines.
pub fn logs_as_json() -> bool {
    std::env::var("XUEFA_LOG_FORMAT").is_ok_and(|format| format == "json")
}

/// The locale of whoever runs a command: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that says anything.
pub fn locale() -> Option<String> {
    ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| given(name).filter(|value| !value.is_empty()))
}

/// What the environment gives a variable.
pub fn given(variable: &str) -> Option<String> {
    std::env::var(variable).ok()
}

/// The variable that sets a flag: `XUEFA_ZONE` of `zone`.
pub fn variable_of(flag: &str) -> Option<String> {
    let settings = Config::augment_args(clap::Command::new("xuefa"));
    let of = settings.get_arguments().find(|argument| argument.get_long() == Some(flag))?;
    Some(of.get_env()?.to_string_lossy().into_owned())
}

/// Variables of the environment that are called like settings of the program and are none.
pub fn unknown_settings() -> Vec<String> {
    let settings = Config::augment_args(clap::Command::new("xuefa"));
    let known: Vec<&OsStr> = settings.get_arguments().filter_map(|argument| argument.get_env()).collect();
    let mut unknown: Vec<String> = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| !known.contains(&name.as_os_str()))
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.starts_with("XUEFA_") && !OF_THE_LOG.contains(&name.as_str()))
        .collect();
    unknown.sort();
    unknown
}

/// The socket on which systemd waits for word that the program serves; none when something else started it.
pub fn notify_socket() -> Option<PathBuf> {
    std::env::var_os("NOTIFY_SOCKET").map(PathBuf::from)
}

impl Config {
    /// The address by which people reach the program, without a slash at its end.
    pub fn base_url(&self) -> String {
        match &self.base_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.tls.certificate.is_some() => format!("https://{}", self.listen),
            None => format!("http://{}", self.listen),
        }
    }

    /// Whether people reach the program over TLS, so that the cookie of a login may demand it.
    pub fn is_https(&self) -> bool {
        self.base_url().starts_with("https://")
    }

    /// Whether plain http is served beyond this machine: no TLS of the program's own, and no proxy that has it.
    pub fn is_plain_beyond_here(&self) -> bool {
        let has_proxy = self.is_https() && !self.trusted_proxies.is_empty();
        self.tls.certificate.is_none() && !has_proxy && !self.listen.ip().is_loopback()
    }

    /// Whether that address is of this machine alone, which browsers trust as they do https.
    pub fn is_loopback(&self) -> bool {
        let Ok(url) = Url::parse(&self.base_url()) else { return false };
        match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// The folder that scans and other files lie in.
    pub fn files_folder(&self) -> PathBuf {
        self.data.join("files")
    }

    /// The file that the head of the audit trail is copied to each day.
    pub fn audit_heads(&self) -> PathBuf {
        self.data.join("audit-heads.txt")
    }

    /// The folder that mail goes to when no mail server is named.
    pub fn mail_folder(&self) -> PathBuf {
        self.data.join("mail")
    }
}
