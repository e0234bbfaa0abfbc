//! Render workers: the same bytes as in one process, under a time limit, whatever happens to them.

use std::path::PathBuf;
use std::time::Duration;

use herdbook::documents::render::{Engine, Job, Template, TemplateSet};
use herdbook::documents::samples;
use herdbook::documents::worker::{PoolConfig, PoolError, RenderPool};

fn config(templates: &TemplateSet) -> PoolConfig {
    let id = Engine::new(templates).unwrap().render_id().to_owned();
    PoolConfig::new(PathBuf::from(env!("CARGO_BIN_EXE_herdbook")), id)
}

fn sample(name: &str) -> Job {
    let view = samples::view(&samples::invoice(name).unwrap()).unwrap();
    samples::job(Template::Invoice, &view).unwrap()
}

fn folder_with(invoice: &str) -> (tempfile::TempDir, TemplateSet) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("invoice.typ"), invoice).unwrap();
    let set = TemplateSet::from_folder(folder.path()).unwrap();
    (folder, set)
}

#[tokio::test]
async fn workers_give_the_bytes_of_the_engine() {
    let engine = Engine::new(&TemplateSet::embedded()).unwrap();
    let pool = RenderPool::new(config(&TemplateSet::embedded()));
    let jobs = ["de", "en", "fr", "us"].map(sample);
    let (a, b, c, d) = tokio::join!(
        pool.render(&jobs[0]),
        pool.render(&jobs[1]),
        pool.render(&jobs[2]),
        pool.render(&jobs[3]),
    );
    for (job, answer) in jobs.iter().zip([a, b, c, d]) {
        assert!(answer.unwrap() == engine.render(job).unwrap());
    }
    pool.close();
    assert!(matches!(
        pool.render(&jobs[0]).await,
        Err(PoolError::Closed)
    ));
}

#[tokio::test]
async fn a_document_that_takes_too_long_is_stopped_and_the_next_one_is_made() {
    let (folder, set) = folder_with(
        "#let view = json(\"/view.json\")\n\
         #if view.number == \"slow\" { for a in range(9999) { for b in range(9999) { \
         for c in range(9999) { let d = a } } } }\n\
         #set document(title: \"t\", date: datetime(year: 2026, month: 1, day: 1))\n= T",
    );
    let job = |number: &str| Job {
        template: Template::Invoice,
        view: format!("{{\"number\":\"{number}\",\"date\":\"2026-01-01\"}}").into_bytes(),
        factur_x: None,
    };
    let pool = RenderPool::new(PoolConfig {
        templates: Some(folder.path().to_owned()),
        workers: 1,
        time_limit: Duration::from_millis(700),
        ..config(&set)
    });
    let fonts = pool.render(&job("quick")).await;
    // Without fonts typst refuses the heading: an answer, not a death.
    let answered =
        |outcome: &Result<Vec<u8>, PoolError>| matches!(outcome, Ok(_) | Err(PoolError::Render(_)));
    assert!(answered(&fonts), "{fonts:?}");
    assert_eq!(pool.resting(), 1);
    assert!(matches!(
        pool.render(&job("slow")).await,
        Err(PoolError::TimeLimit { .. })
    ));
    assert_eq!(pool.resting(), 0, "the slow worker is gone");
    let after = pool.render(&job("quick")).await;
    assert!(answered(&after), "{after:?}");
}

#[tokio::test]
async fn a_worker_that_dies_is_replaced_a_bounded_number_of_times() {
    let pool = RenderPool::new(PoolConfig {
        executable: PathBuf::from("/bin/false"),
        ..config(&TemplateSet::embedded())
    });
    let error = pool.render(&sample("de")).await.unwrap_err();
    assert!(
        matches!(error, PoolError::Crashed { attempts: 3, .. }),
        "{error}"
    );
    assert_eq!(error.code(), "document.render-crashed");
}

#[tokio::test]
async fn a_worker_with_other_templates_is_refused() {
    let (folder, _) = folder_with("= Other");
    let pool = RenderPool::new(PoolConfig {
        templates: Some(folder.path().to_owned()),
        ..config(&TemplateSet::embedded())
    });
    let error = pool.render(&sample("de")).await.unwrap_err();
    assert_eq!(error.code(), "document.render-id");
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let pool = RenderPool::new(PoolConfig {
        executable: PathBuf::from("/nowhere/herdbook"),
        ..config(&TemplateSet::embedded())
    });
    let error = pool.render(&sample("de")).await.unwrap_err();
    assert!(error.to_string().contains("/nowhere/herdbook"), "{error}");
}

#[tokio::test]
async fn a_worker_with_nothing_to_do_is_stopped() {
    let pool = RenderPool::new(PoolConfig {
        idle: Duration::from_millis(20),
        ..config(&TemplateSet::embedded())
    });
    pool.render(&sample("us")).await.unwrap();
    // Bounded by the test's own time limit, not by a guess.
    while pool.resting() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(
        pool.render(&sample("us")).await.is_ok(),
        "the next document starts another one"
    );
}
