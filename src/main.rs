//! Reads the command line and runs one command.

use std::io::{IsTerminal, Write as _};

fn main() -> std::process::ExitCode {
    let lines = tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("XUEFA_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(std::io::stderr);
    if xuefa::config::logs_as_json() {
        lines.with_ansi(false).event_format(xuefa::cli::log_lines::JsonLines).init()
    } else if std::io::stderr().is_terminal() {
        lines.init()
    } else {
        lines.with_ansi(false).init()
    }
    match xuefa::cli::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody listens either, the exit code says it.
            let _ = writeln!(std::io::stderr(), "xuefa: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
