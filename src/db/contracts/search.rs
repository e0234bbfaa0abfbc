//! Contracts by a text: each place where it may stand is looked through once, and what is found is
//! few enough to be judged one by one.

use super::VERSIONS;
use super::list::{ContractFilter, within};
use crate::access::{Reach, Scope};
use crate::db::DbError;
use crate::db::convert::body;
use crate::db::customers::list::ever_named;
use crate::db::filter::Filter;
use crate::db::txn::{Source, rows};

/// More than so many are judged as they come by.
const FEW: u64 = 2_000;

/// The numbers of the contracts that may have a text, as a list in JSON: in their number or a title
/// they ever had, in the number of their customer or a name it ever had. None when they are many.
async fn few(on: &impl Source, scope: Scope, text: &str) -> Result<Option<String>, DbError> {
    let mut filter = Filter::new(on);
    within(&mut filter, scope);
    let number = filter.any_holds(&["c.id".to_owned()], text);
    let customer = filter.any_holds(&["k.id".to_owned()], text);
    let title = filter.named("x", "title");
    let title = filter.any_holds(&[title], text);
    let named = ever_named(&mut filter, text);
    let (own, values) = filter.parts();
    let reach = match scope.reach() {
        Reach::All => String::new(),
        Reach::Customer(_) => {
            format!(" AND x.contract IN (SELECT c.id FROM contract c WHERE {own})")
        }
    };
    // Where most have the text, the titles are soon enough: they come first, and one by one. The
    // condition on the owner keeps SQLite on the index that holds them.
    let sql = format!(
        "SELECT x.contract AS id FROM {} x WHERE x.contract > '' AND {title}{reach} \
         UNION ALL SELECT c.id FROM contract c WHERE c.customer IN ({named}) AND {own} \
         UNION ALL SELECT c.id FROM contract c WHERE {number} AND {own} \
         UNION ALL SELECT c.id FROM contract c WHERE c.customer IN \
         (SELECT k.id FROM customer k WHERE {customer}) AND {own} LIMIT {}",
        VERSIONS.table,
        FEW.saturating_add(1)
    );
    let found = rows(on, &sql, values).await?;
    if found.len() as u64 > FEW {
        return Ok(None);
    }
    let numbers = found.iter().map(|row| row.try_get::<String>("", "id"));
    let numbers: Vec<String> = numbers.collect::<Result<_, _>>()?;
    Ok(Some(body("contract", &numbers)?))
}

/// Leaves of the contracts `v` those that may have the text that is asked for, where they are few;
/// false where they are many.
pub(super) async fn found_first(
    on: &impl Source,
    filter: &mut Filter,
    scope: Scope,
    asked: &ContractFilter,
) -> Result<bool, DbError> {
    let Some(text) = &asked.text else {
        return Ok(true);
    };
    let Some(few) = few(on, scope, text).await? else {
        return Ok(false);
    };
    let few = filter.value(few);
    let listed = if filter.postgres() {
        format!("SELECT value FROM json_array_elements_text({few}::json)")
    } else {
        format!("SELECT value FROM json_each({few})")
    };
    filter.add(format!("v.contract IN ({listed})"));
    Ok(true)
}
