//! How fast documents are made: `cargo bench --bench render`.
//!
//! One realistic invoice of 25 lines on three pages with both codes, tagged, with embedded XML
//! where the receiver wants it. The worker processes are those of the product.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use herdbook::documents::finish::finish;
use herdbook::documents::render::{Engine, Job, Template, TemplateSet};
use herdbook::documents::samples;
use herdbook::documents::worker::{PoolConfig, RenderPool};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Documents in the measured run of the pool.
const DOCUMENTS: u32 = 400;

fn job(name: &str, lines: usize) -> Job {
    let invoice = samples::invoice_with_lines(name, lines).expect("the sample reads");
    let view = samples::view(&invoice).expect("the sample can be shown");
    samples::job(Template::Invoice, &view).expect("the view is JSON")
}

fn engine() -> Engine {
    Engine::new(&TemplateSet::embedded()).expect("the templates load")
}

fn one_core(c: &mut Criterion) {
    let loaded = Instant::now();
    let engine = engine();
    let (plain, hybrid) = (job("de", 25), job("fr", 25));
    let started = Instant::now();
    engine.render(&plain).expect("the first document");
    println!(
        "loading the templates {:?}, first document {:?}",
        started - loaded,
        started.elapsed()
    );
    per_cpu_second(&engine, &plain);
    let mut group = c.benchmark_group("render");
    group
        .throughput(Throughput::Elements(1))
        .measurement_time(Duration::from_secs(10));
    group.bench_function("25 lines", |b| b.iter(|| engine.render(black_box(&plain))));
    group.bench_function("25 lines, hybrid", |b| {
        b.iter(|| engine.render(black_box(&hybrid)));
    });
    let short = job("en", 2);
    group.bench_function("2 lines", |b| b.iter(|| engine.render(black_box(&short))));
    group.finish();
    let file = engine.render(&hybrid).expect("a hybrid file");
    c.bench_function("finish, nothing left to do", |b| {
        b.iter(|| finish(black_box(&file), false));
    });
    println!("peak memory of this process: {}", peak_memory());
}

/// The figure that other work on the machine does not change.
fn per_cpu_second(engine: &Engine, job: &Job) {
    const COUNT: u32 = 200;
    let Some(before) = cpu_time() else { return };
    for _ in 0..COUNT {
        engine.render(black_box(job)).expect("the document comes");
    }
    if let Some(used) = cpu_time().and_then(|after| after.checked_sub(before)) {
        println!(
            "{:.1} documents of 25 lines a CPU second",
            f64::from(COUNT) / used.as_secs_f64()
        );
    }
}

/// CPU time of this process, user and system (proc(5): fields 14 and 15, in hundredths of a
/// second on Linux).
fn cpu_time() -> Option<Duration> {
    let line = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = line.rsplit(')').next()?.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}

/// Two workers side by side, as a run of many invoices has them.
fn two_processes(_: &mut Criterion) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let program = PathBuf::from(env!("CARGO_BIN_EXE_herdbook"));
    let id = engine().render_id().to_owned();
    runtime.block_on(async {
        let pool = RenderPool::new(PoolConfig {
            workers: 2,
            ..PoolConfig::new(program, id)
        });
        let job = std::sync::Arc::new(job("de", 25));
        let (one, two) = tokio::join!(pool.render(&job), pool.render(&job));
        one.and(two).expect("both workers are warm");
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..DOCUMENTS {
            let (pool, job) = (pool.clone(), job.clone());
            tasks.spawn(async move { pool.render(&job).await.map(|pdf| pdf.len()) });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("the task ends").expect("the document comes");
        }
        let rate = f64::from(DOCUMENTS) / started.elapsed().as_secs_f64();
        println!("two worker processes: {rate:.0} documents of 25 lines a second");
    });
}

/// Highest resident memory so far, as the system counts it.
fn peak_memory() -> String {
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
            Some(line.trim_start_matches("VmHWM:").trim().to_owned())
        })
        .unwrap_or_else(|| "not known on this system".to_owned())
}

criterion_group!(benches, one_core, two_processes);
criterion_main!(benches);
