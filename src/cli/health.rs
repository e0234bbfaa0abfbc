//! `herdbook health`: asks a server on this machine whether it is ready; for a container without
//! a shell.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Config;
use crate::error::Problem;

/// How long the server has to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the server of this configuration whether it is ready: exit 0 when it is, 1 when not.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Address and port that it listens on.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
}

/// Runs the verb.
pub(super) async fn run(args: HealthArgs, config: Config) -> Result<ExitCode, Problem> {
    let listen = args.listen.unwrap_or(config.serve.listen);
    let asked = tokio::time::timeout(PATIENCE, ask(&listen)).await;
    let answer = match asked {
        Ok(Ok(answer)) => answer,
        Ok(Err(why)) => format!("no answer from {listen}: {why}"),
        Err(_) => format!("no answer from {listen} within {PATIENCE:?}"),
    };
    println!("{answer}");
    Ok(match answer.as_str() {
        "ready" => ExitCode::SUCCESS,
        _ => ExitCode::from(1),
    })
}

async fn ask(listen: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(near(listen)).await?;
    let request = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body);
    Ok(body.unwrap_or_default().to_owned())
}

/// A server that listens on every address is asked on this machine's own.
fn near(listen: &str) -> String {
    match listen.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_unspecified() => match address {
            SocketAddr::V4(_) => format!("127.0.0.1:{}", address.port()),
            SocketAddr::V6(_) => format!("[::1]:{}", address.port()),
        },
        _ => listen.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_address_is_this_machine() {
        for (listen, expected) in [
            ("0.0.0.0:8080", "127.0.0.1:8080"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.1:80", "192.0.2.1:80"),
            ("localhost:80", "localhost:80"),
        ] {
            assert_eq!(super::near(listen), expected);
        }
    }
}
