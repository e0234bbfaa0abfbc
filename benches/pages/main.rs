//! How fast the pages of a large book are.
//!
//!     cargo build --release --bin herdbook --bench pages
//!     pages fill  --data-dir D [--customers 10000] [--invoices 1000000]
//!     pages drive --data-dir D [--rate 50] [--seconds 120]
//!     pages throughput --data-dir D
//!     pages start --data-dir D
//!
//! With `--database-url U` the book is in PostgreSQL; `--data-dir` then holds keys and archive.
//! `fill` makes a book by the roads that the program itself takes: the import, the biller, the
//! freezing and the numbering of invoices. Only rendering is left out: a row says that each
//! document is there. `drive` sends requests at a constant rate, whether the answers come or not,
//! and counts the time from when a request was due: a server that stalls cannot hide it.
//! `throughput` holds each list of the API against an address that answers nothing behind the same
//! check of the token.

mod book;
mod drive;
mod fill;
mod place;
mod report;
mod routes;
mod server;
mod throughput;

use std::time::Duration;

use place::Place;

const VERBS: &str = "fill, drive, throughput, start";

/// What was asked for.
struct Asked {
    verb: String,
    place: Place,
    customers: u32,
    invoices: u32,
    rate: u32,
    time: Duration,
    listen: String,
}

fn asked() -> Result<Asked, String> {
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    let verb = words.next().unwrap_or_default();
    let mut asked = Asked {
        verb,
        place: Place::default(),
        customers: 10_000,
        invoices: 1_000_000,
        rate: 50,
        time: Duration::from_secs(120),
        listen: String::new(),
    };
    while let Some(option) = words.next() {
        let value = words.next().ok_or_else(|| format!("{option} of what?"))?;
        let figure = || {
            let read = value.parse::<u32>();
            read.map_err(|why| format!("{option} {value}: {why}"))
        };
        match option.as_str() {
            "--data-dir" => asked.place.folder = value.into(),
            "--database-url" => asked.place.server = Some(value),
            "--listen" => asked.listen = value,
            "--customers" => asked.customers = figure()?,
            "--invoices" => asked.invoices = figure()?,
            "--rate" => asked.rate = figure()?.max(1),
            "--seconds" => asked.time = Duration::from_secs(figure()?.into()),
            other => return Err(format!("{other} is no option: see benches/pages/main.rs")),
        }
    }
    Ok(asked)
}

fn main() -> Result<(), String> {
    let asked = asked()?;
    // Nothing here is encrypted, but the client is not built without a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        match asked.verb.as_str() {
            "fill" => fill::fill(&asked.place, asked.customers, asked.invoices).await,
            "drive" => drive::drive(&asked.place, asked.rate, asked.time).await,
            "start" => server::starts(&asked.place).await,
            "throughput" => throughput::throughput(&asked.place).await,
            // What `throughput` starts as a process of its own.
            "serve" => throughput::serve(&asked.place, &asked.listen).await,
            // `cargo bench` runs every benchmark: this one needs a book that takes minutes to make.
            "" => println!("pages: {VERBS}; see benches/pages/main.rs"),
            other => return Err(format!("{other} is none of {VERBS}")),
        }
        Ok(())
    })
}
