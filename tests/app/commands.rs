//! What the commands say to whoever runs them: in Chinese where the locale is, and about settings that cannot be used.

use crate::support::TestApp;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a command printed, and its exit code; none of one that had to be stopped because it goes on.
pub fn run(site: &TestApp, locale: &str, words: &[&str], settings: &[(&str, &str)]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuefa"));
    command.args(words).env("XUEFA_LOG", "error").env("LC_ALL", locale);
    command.env("XUEFA_DATABASE", &site.app.config.database).env("XUEFA_DATA", &site.app.config.data);
    command.envs(settings.iter().copied());
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let begun = Instant::now();
    while running.try_wait().expect("it runs").is_none() {
        if begun.elapsed() > Duration::from_secs(60) {
            running.kill().expect("stopped");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = running.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (said, output.status.code())
}

#[actix_web::test]
async fn each_command_speaks_chinese_to_whoever_has_a_chinese_locale_and_english_to_others() {
    let site = TestApp::start().await;
    let path = |name: &str| site.app.config.data.join(name).display().to_string();
    let (backup, key, roster, other) = (path("b.zip"), path("identity.txt"), path("roster.csv"), path("other.json"));
    std::fs::write(&roster, "工号,姓名,单位\n").expect("a roster of nobody");
    std::fs::write(&other, "{}").expect("no report");
    let admin = ["create-admin", "--user-name", "again", "--name", "王敏"];
    let cases: [(&[&str], i32, &str, &str); 12] = [
        (&["migrate"], 0, "数据库已是最新", "up to date"),
        (&admin, 1, "已有管理员", "an administrator already"),
        (&[&admin[..], &["--again"]].concat(), 0, "请在七天内打开以上链接", "within seven days"),
        (&["doctor"], 0, "数据文件夹：", "data folder: "),
        (&["remind", "--once"], 0, "封邮件", "mails for"),
        (&["import-roster", &roster], 1, "未作任何更改", "Nothing was changed"),
        (&["backup", &backup], 0, "已将", "Wrote"),
        (&["restore", "--check", &backup], 0, "完整：", "is whole: "),
        (&["restore", &backup], 1, "正在使用", "stop "),
        (&["backup-key", &key], 0, "请将 XUEFA_BACKUP_RECIPIENT", "Set XUEFA_BACKUP_RECIPIENT"),
        (&["audit", "verify"], 0, "完整：已封存", "Whole: all"),
        (&["verify", &other], 1, "既不是场次档案", "neither a session archive"),
    ];

    for (words, code, chinese, english) in cases {
        for (locale, wanted) in [("zh_CN.UTF-8", chinese), ("C", english)] {
            for made in [&backup, &key] {
                if words.last() == Some(&made.as_str()) && words[0].starts_with("backup") {
                    drop(std::fs::remove_file(made));
                }
            }

            let (said, ended) = run(&site, locale, words, &[]);

            assert!(ended == Some(code) && said.contains(wanted), "{words:?} in {locale}, {ended:?}: {said}");
        }
    }
}

/// The first of the three that says something.
#[actix_web::test]
async fn the_locale_is_that_of_lc_all_then_of_lc_messages_then_of_lang() {
    let site = TestApp::start().await;
    let speaks_chinese = |settings: &[(&str, &str)]| run(&site, "", &["migrate"], settings).0.contains("数据库");

    assert!(speaks_chinese(&[("LC_MESSAGES", "zh_CN.UTF-8"), ("LANG", "en_US.UTF-8")]));
    assert!(!speaks_chinese(&[("LC_MESSAGES", "en_US.UTF-8"), ("LANG", "zh_CN.UTF-8")]));
    assert!(speaks_chinese(&[("LC_MESSAGES", ""), ("LANG", "zh_CN.UTF-8")]));
    assert!(!speaks_chinese(&[("LC_MESSAGES", ""), ("LANG", "")]));
}

#[actix_web::test]
async fn a_setting_that_cannot_be_used_is_named_by_its_variable() {
    let site = TestApp::start().await;
    let zone = [("XUEFA_ZONE", "Mars/Olympus")];

    let (english, code) = run(&site, "C", &["migrate"], &zone);
    let (chinese, _) = run(&site, "zh_CN.UTF-8", &["migrate"], &zone);
    let (typed, typed_code) = run(&site, "C", &["migrate", "--zone", "Venus"], &[]);

    assert_eq!((code, typed_code), (Some(2), Some(2)));
    assert!(english.contains("XUEFA_ZONE is “Mars/Olympus”: give a time zone"), "{english}");
    assert!(chinese.contains("XUEFA_ZONE 设为“Mars/Olympus”：请填写"), "{chinese}");
    assert!(typed.contains("--zone") && !typed.contains("XUEFA_ZONE is"), "{typed}");
}

#[actix_web::test]
async fn nothing_is_served_in_plain_http_beyond_the_machine_under_an_https_address() {
    let site = TestApp::start().await;
    let settings = [("XUEFA_BASE_URL", "https://xuefa.lihe.example"), ("XUEFA_LISTEN", "0.0.0.0:1")];

    let (english, code) = run(&site, "C", &["serve"], &settings);
    let (chinese, _) = run(&site, "zh_CN.UTF-8", &["serve"], &settings);

    assert_eq!(code, Some(1), "{english}");
    for variable in ["XUEFA_TLS_CERTIFICATE", "XUEFA_TRUSTED_PROXIES", "XUEFA_PLAIN_HTTP"] {
        assert!(english.contains(variable) && chinese.contains(variable), "{english}{chinese}");
    }
    assert!(chinese.contains("不加密的 http"), "{chinese}");
}

#[actix_web::test]
async fn the_routes_end_with_who_is_meant_by_each_permission() {
    let site = TestApp::start().await;

    let (english, _) = run(&site, "C", &["routes"], &[]);
    let (chinese, _) = run(&site, "zh_CN.UTF-8", &["routes"], &[]);

    assert!(english.contains("\nhq = Office of Letters and Visits\n"), "{english}");
    assert!(chinese.contains("\nhq = 信访办\n"), "{chinese}");
    let (routes, legend) = english.split_once("\n\n").expect("an empty line between");
    for line in routes.lines() {
        let role = line.split(' ').next_back().expect("a permission");
        assert!(legend.lines().any(|line| line.starts_with(&format!("{role} = "))), "{role}");
    }
}
