//! The meters that hours are rolled for, as the store knows them.

use crate::app::App;
use crate::db::Txn;
use crate::db::partials::{self, MeterVersion};
use crate::error::Problem;
use crate::telemetry::meters::{Metering, catalogue};
use crate::usecases::Failure;

/// The catalogue, with the number of each version in the store.
pub(super) struct Meters {
    pub list: Vec<Metering>,
    pub ids: Vec<i64>,
}

impl Meters {
    /// Makes new versions known; what was received before is rolled for them as well.
    pub async fn known(app: &App) -> Result<Self, Failure> {
        let list = catalogue();
        let mut ids = numbers(&list, &partials::meters(&app.db.telemetry.reader()).await?)?;
        if ids.len() < list.len() {
            let new = list.clone();
            let all = app.db.telemetry.write(async move |txn: &Txn| {
                let mut added = false;
                for one in &new {
                    let (name, version) = (&one.meter.name, one.meter.version);
                    added |= partials::add_meter(txn, name, version, &body(one)?).await?;
                }
                if added {
                    partials::mark_everything(txn).await?;
                }
                Ok::<_, Failure>(partials::meters(txn).await?)
            });
            ids = numbers(&list, &all.await?)?;
        }
        Ok(Self { list, ids })
    }
}

fn body(metering: &Metering) -> Result<String, Failure> {
    serde_json::to_string(&metering.meter).map_err(|error| Failure::of("internal.unlisted", &error))
}

/// The number of each version, as far as all are known.
fn numbers(list: &[Metering], known: &[MeterVersion]) -> Result<Vec<i64>, Failure> {
    let mut ids = Vec::with_capacity(list.len());
    for one in list {
        let (name, version) = (&one.meter.name, i64::from(one.meter.version));
        let found = known
            .iter()
            .find(|v| v.name == *name && v.version == version);
        let Some(found) = found else { continue };
        if found.body != body(one)? {
            let text = format!("version {version} of the meter {name} was another one before");
            return Err(Problem::new("usage.meter-changed", text).into());
        }
        ids.push(found.id);
    }
    Ok(ids)
}
